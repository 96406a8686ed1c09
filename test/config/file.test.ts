import test from 'ava'

import {parseConfig} from '../../src/config/file.ts'
import {isImmError} from '../../src/errors.ts'

const settings = (text: string) => parseConfig(text, 'imm.yaml').settings

const mistakes = (text: string): string[] => {
  try {
    parseConfig(text, 'imm.yaml')
    return []
  } catch (error) {
    if (isImmError(error, 'CONFIG_INVALID')) return error.message.split('\n')
    throw error
  }
}

const refuses = test.macro({
  title: (title) => `refuses ${title}`,
  exec(t, text: string, expected: string[]) {
    t.deepEqual(mistakes(text), expected)
  },
})

test('reads every key', (t) => {
  const text = `
project: shop
build: {context: app, dockerfile: app/Dockerfile.dev, target: dev, args: {A: 1, B: }}
port: 3000
health: {path: /healthz, timeout: 1m30s, interval: 100ms}
env: {A: text, B: 1, C: true, D: }
envFile: .env
command: node "my server.js"
user: 1000
volumes: ['data:/var/data', 'models:/models/:ro', {name: x, path: /x, readOnly: true}]
tmpfs: /tmp
resources: {memory: 512m, cpus: 1.5}
watch: {paths: src, ignore: [docs, '*.md'], quiet: 100ms, poll: true}
drain: 0s
keep: {warm: 2, images: 5}
`
  t.deepEqual(settings(text), {
    project: 'shop',
    build: {context: 'app', dockerfile: 'app/Dockerfile.dev', target: 'dev', args: {A: '1', B: null}},
    port: 3000,
    health: {path: '/healthz', timeout: 90_000, interval: 100},
    env: {A: 'text', B: '1', C: 'true', D: null},
    envFile: ['.env'],
    command: ['node', 'my server.js'],
    user: '1000',
    volumes: [
      {name: 'data', path: '/var/data', readOnly: false},
      {name: 'models', path: '/models', readOnly: true},
      {name: 'x', path: '/x', readOnly: true},
    ],
    tmpfs: ['/tmp'],
    resources: {memory: 536_870_912, cpus: 1.5},
    watch: {paths: ['src'], ignore: ['docs', '*.md'], quiet: 100, poll: true},
    drain: {time: 0},
    keep: {warm: 2, images: 5},
  })
})

test('reads the short forms', (t) => {
  t.deepEqual(settings('{build: app, health: /up, keep: 2, env: [A=1=2, B, C=]}'), {
    build: {context: 'app'},
    health: {path: '/up'},
    keep: {warm: 2},
    env: {A: '1=2', B: null, C: ''},
  })
})

for (const text of ['', '\n\n', '# only a comment', '---\n', 'null', '%YAML 1.2\n---\n'])
  test(`takes ${JSON.stringify(text)} for no settings`, (t) => {
    t.deepEqual(settings(text), {})
  })

test('gives variables as they were written, not as the numbers they could be', (t) => {
  const text =
    'build: {args: {V: 1.10}}\nenv:\n  ID: 007\n  HEX: 0x1F\n  BIG: 12345678901234567890\n  E: 1e3\n  ON: yes\n'
  t.deepEqual(settings(text), {
    build: {args: {V: '1.10'}},
    env: {ID: '007', HEX: '0x1F', BIG: '12345678901234567890', E: '1e3', ON: 'yes'},
  })
})

test('knows anchors, merge keys and x- keys for them', (t) => {
  const text = 'x-common: &common\n  A: 1.10\n  B: 2\nenv:\n  <<: *common\n  B: 3\nbuild:\n  args: *common\n'
  t.deepEqual(settings(text), {env: {A: '1.10', B: '3'}, build: {args: {A: '1.10', B: '2'}}})
})

test('finds a mistake behind a merge key and an alias', refuses, 'x-h: &h\n  timeout: ten\nhealth:\n  <<: *h\n', [
  'imm.yaml:2:3: health.timeout: expected a duration such as 10s, got "ten"',
])

test('a duration that is none, by line, column and key', refuses, '\n\n\n\nhealth:\n    timeout: ten\n', [
  'imm.yaml:6:5: health.timeout: expected a duration such as 10s, got "ten"',
])
test('a duration without a unit', refuses, 'drain: {time: 10}', [
  'imm.yaml:1:9: drain.time: expected a duration with its unit, such as 10s or 10ms, got 10',
])
test('a timeout of nothing', refuses, 'health: {timeout: 0s}', [
  'imm.yaml:1:10: health.timeout: expected a duration above zero',
])
test('a duration beyond all sense', refuses, 'drain: 999999h', [
  'imm.yaml:1:1: drain: expected a duration of at most 24h',
])
test('all mistakes at once, in the order of the file', refuses, 'prot: 1\ndrain: x\nbuild: {contxt: .}\nport: 0\n', [
  'imm.yaml:1:1: prot: unknown key; did you mean "port"?',
  'imm.yaml:2:1: drain: expected a duration such as 10s, got "x"',
  'imm.yaml:3:9: build.contxt: unknown key; did you mean "context"?',
  'imm.yaml:4:1: port: expected a port from 1 to 65535, or none, got 0',
])
test('an unknown key that resembles none', refuses, 'keep: {zzz: 1}', [
  'imm.yaml:1:8: keep.zzz: unknown key; known are warm, stopped, images, disk',
])
test('a key without a value', refuses, 'port:\nhealth: {path: }', [
  'imm.yaml:1:1: port: expected a port from 1 to 65535, or none, got nothing',
  'imm.yaml:2:10: health.path: expected a path such as /healthz, got nothing',
])
test('an empty map of variables', refuses, 'env:', [
  'imm.yaml:1:1: env: expected a map or a list of KEY=VALUE, got nothing',
])
test('a path and tcp at once', refuses, 'health: {path: /, tcp: true}', [
  'imm.yaml:1:1: health: path and tcp exclude each other',
])
test('memory that is too little to be meant', refuses, 'resources: {memory: 512}', [
  'imm.yaml:1:13: resources.memory: expected at least 6m; a number without a unit counts bytes',
])
test('two things in one place', refuses, 'volumes: [a:/x, b:/x/]\ntmpfs: [/tmp, /x]', [
  'imm.yaml:1:17: volumes[1]: /x is mounted twice',
  'imm.yaml:2:15: tmpfs[1]: /x is mounted twice',
])
test('a command that needs a shell', refuses, 'command: npm ci && npm start', [
  'imm.yaml:1:1: command: "&&" needs a shell: imm starts commands without a shell; use ["sh", "-c", "..."] for this',
])

for (const volume of [
  './src:/app',
  '/src:/app',
  '../src:/app',
  '~/src:/app',
  '$PWD:/app',
  'C:\\src:/app',
  'C:/src:/app',
]) {
  test(`explains why ${volume} is not mounted`, (t) => {
    const [mistake = '', ...others] = mistakes(`volumes:\n  - '${volume}'\n`)
    t.regex(mistake, /^imm\.yaml:2:5: volumes\[0\]: directories of this machine are not mounted: .*data:\/data$/)
    t.deepEqual(others, [])
  })
}
test('a volume without a name', refuses, 'volumes: [/data]', [
  'imm.yaml:1:11: volumes[0]: a volume needs a name, as in data:/data',
])

test('a list where a map belongs', refuses, '- a\n- b', ['imm.yaml:1:1: expected a map of settings, got a list'])
test('a text where a map belongs, without repeating it', refuses, 'hunter2', [
  'imm.yaml:1:1: expected a map of settings, got a text',
])
test('a key that is set twice', refuses, 'port: 1\nenv: {}\nport: 2', [
  'imm.yaml:3:1: the key "port" is already set above',
])
test('a key that is set twice and is no plain name', refuses, 'a b: 1\na b: 2', [
  'imm.yaml:2:1: this key is already set above',
])
test('tabs', refuses, 'health:\n\tpath: /', ['imm.yaml:2:1: tabs cannot indent in YAML; use spaces'])
test('an unclosed quote', refuses, 'project: "shop\nport: 1\n', ['imm.yaml:1:10: this quote is not closed'])
test('an unclosed bracket', refuses, 'env: {A: [1, {B: 2\nport: 1\n', ['imm.yaml:1:14: this bracket is not closed'])
test('several documents', refuses, 'port: 1\n---\nport: 2\n', [
  'imm.yaml:2:1: a second document begins here; imm.yaml is one document',
])
test('an alias without an anchor', refuses, 'port: *p', [
  'imm.yaml:1:7: no anchor for this alias; a value that begins with * needs quotes',
])
test('a key that is a map', refuses, '? {a: 1}\n: 2', ['imm.yaml:1:3: a key must be a plain name'])

test('refuses aliases that multiply', (t) => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 8; level++)
    lines.push(`a${level}: &a${level} [${Array.from({length: 10}, () => `*a${level - 1}`).join(', ')}]`)
  t.regex(mistakes(lines.join('\n')).join('\n'), /aliases expand to too much/)
})

const secret = 'hunter2'
for (const text of [
  `env: ${secret}`,
  `env: [A ${secret}]`,
  `env: {A: [${secret}]}`,
  `env: {A=${secret}: 1}`,
  `A=${secret}`,
  `A=${secret}: 1`,
  `env:\n  A=${secret}`,
  `build: {args: {A: {b: ${secret}}}}`,
  `build: {args: [A ${secret}]}`,
  `command: {a: ${secret}}`,
  `command: login -p "${secret}`,
  `command: login -p $${secret}`,
  `env:\n  A: "x" ${secret}`,
  `env:\n  A: '${secret}`,
  `env:\n  A: @${secret}`,
  `env:\n  A: |${secret}\n    x`,
  `env:\n  - A: ${secret}\n   B: ${secret}`,
  `env:\n  A: *${secret}`,
  `env:\n  A: *${secret} y`,
])
  test(`keeps the secret of ${JSON.stringify(text)}`, (t) => {
    const found = mistakes(text)
    t.not(found.length, 0)
    t.notRegex(found.join('\n'), /hunter2/)
  })
