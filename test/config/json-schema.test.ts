import {readFileSync} from 'node:fs'

import test from 'ava'

import {
  defaultCanary,
  defaultDrainMs,
  defaultGuard,
  defaultHealth,
  defaultImmutable,
  defaultProtocol,
  defaultJobTimeoutMs,
  defaultKeep,
  defaultMirror,
  defaultOverlap,
  defaultReload,
  defaultReplicas,
  defaultRolling,
  defaultStrategy,
  defaultWatch,
} from '../../src/config/defaults.ts'
import {parseDuration} from '../../src/config/duration.ts'
import {parseConfig} from '../../src/config/file.ts'
import {configJsonSchema} from '../../src/config/json-schema.ts'
import {defaultPreviews} from '../../src/config/previews.ts'
import {parseSize} from '../../src/config/size.ts'
import {fits} from './draft-07.ts'

const root = new URL('../../', import.meta.url)
const schema = configJsonSchema()

interface KeySchema {
  description?: string
  examples?: unknown[]
  properties?: Record<string, KeySchema>
  anyOf?: KeySchema[]
  items?: KeySchema
  additionalProperties?: unknown
}

/** Every key with its path, `volumes.readOnly` for one in a list. */
const keysOf = (node: KeySchema, above = ''): {name: string; key: KeySchema}[] => [
  ...Object.entries(node.properties ?? {}).flatMap(([name, key]) => [
    {name: above + name, key},
    ...keysOf(key, `${above}${name}.`),
  ]),
  ...(node.anyOf ?? []).flatMap((branch) => keysOf(branch, above)),
  ...(node.items ? keysOf(node.items, above) : []),
]

const keys = keysOf(schema)

test('is committed as src/config/imm.schema.json', (t) => {
  const committed = readFileSync(new URL('src/config/imm.schema.json', root), 'utf8')
  t.deepEqual(
    JSON.parse(committed),
    JSON.parse(JSON.stringify(schema)),
    'write configJsonSchema() to src/config/imm.schema.json',
  )
})

test('describes every key and shows an example of it', (t) => {
  t.true(keys.length > 25)
  for (const {name, key} of keys) {
    t.truthy(key.description, name)
    t.true((key.examples?.length ?? 0) > 0, name)
  }
})

test('shows examples that are right', (t) => {
  for (const {name, key} of keys)
    for (const example of key.examples ?? []) t.true(fits(key as Record<string, unknown>, example, schema), name)
})

test('allows no unknown key anywhere', (t) => {
  const maps = (node: KeySchema): KeySchema[] => [
    ...(node.properties ? [node] : []),
    ...Object.values(node.properties ?? {}).flatMap(maps),
    ...(node.anyOf ?? []).flatMap(maps),
    ...(node.items ? maps(node.items) : []),
  ]
  const all = maps(schema)
  t.is(all.length, 26)
  for (const map of all) t.is(map.additionalProperties, false)
})

const accepted: unknown[] = [
  {strategy: 'canary', replicas: 2, mirror: true},
  {strategy: {rolling: {}}, mirror: {share: '50%'}},
  {strategy: {canary: {steps: [{weight: 5, time: '1s'}]}}, mirror: false},
  {},
  {project: 'shop', port: 3000},
  {build: '.'},
  {build: {context: 'app', dockerfile: 'app/Dockerfile', target: 'dev', args: {A: '1', B: 2, C: true, D: null}}},
  {build: {args: ['A=1', 'B']}},
  {health: '/up'},
  {health: {tcp: true, timeout: '1m30s'}},
  {health: {path: '/', interval: '250ms'}},
  {env: {A: '1'}, envFile: ['.env', '.env.local']},
  {env: []},
  {command: ['node', 'server.js'], user: 0},
  {command: 'node server.js', user: 'node:node'},
  {volumes: ['data:/data', 'd.a-t_a:/data/sub:ro', {name: 'x', path: '/x'}]},
  {tmpfs: '/tmp'},
  {tmpfs: ['/tmp', '/run']},
  {resources: {memory: '512m', cpus: 0.5}},
  {resources: {memory: 536_870_912}},
  {resources: {memory: '1.5GiB'}},
  {watch: {paths: ['src', 'a/b'], ignore: '**/*.md', quiet: '0s', poll: false}},
  {immutable: 'strict'},
  {protocol: 'h2c'},
  {immutable: 'replace'},
  {drain: '10s', keep: 0},
  {drain: {websocket: 'close'}, reload: true},
  {drain: {time: '0s', websocket: 'wait', events: 'close'}, reload: false},
  {guard: '30s'},
  {guard: false},
  {guard: {window: '1m', errors: '2.5%', latency: 2.5, minRequests: 1}},
  {guard: {errors: 0}},
  {verify: []},
  {verify: [{http: '/healthz'}, {command: 'npm run smoke', in: 'image', name: 'smoke', timeout: '2m'}]},
  {verify: [{http: {path: '/a?b=c', method: 'POST', headers: {accept: '*/*'}, body: {a: [1]}}, retry: '10s'}]},
  {verify: [{http: {path: '/', body: 'text'}, expect: {status: 200, text: 'a', match: '^a', json: null}}]},
  {verify: [{http: '/', expect: {status: ['2xx', '300-399', 404], text: ['a', 'b'], match: ['a', 'b']}}]},
  {verify: [{http: '/', expect: {headers: {a: 'x', b: true, c: false, d: {match: '^x'}}}}]},
  {verify: [{command: ['sh', '-c', 'test -n "$IMM_URL"']}]},
  {keep: {warm: 2, images: 20}},
  {keep: {stopped: 0, disk: '500m'}},
  {'x-anything': {a: [1]}},
  {port: 'none', overlap: false, protocol: 'tcp'},
  {health: {log: 'ready in \\d+ms', timeout: '2m'}},
  {health: {up: '5s'}},
  {jobs: ['npm run migrate', ['rake', 'db:migrate']]},
  {jobs: [{name: 'migrate', entrypoint: 'sh -c', command: ['x'], env: {A: null}, user: 'node', workingDir: '/app'}]},
  {previews: {}},
  {previews: {branches: 'feature/*', pulls: true, env: {A: null}, envFile: 'a.env', access: 'login'}},
  {previews: {branches: ['*', '!wip/**'], pause: 'never', idle: '1h30m', ttl: '720h', max: {running: 3, memory: '4g'}}},
  {previews: {parallel: 1, seed: {data: {volume: 'data'}, 'web/uploads': {directory: 'seed'}, x: {command: 'cat x'}}}},
  {previews: {hooks: {created: 'a b', updated: ['a'], woken: 'a', asleep: 'a', removed: 'a'}}},
  {parity: {}},
  {parity: {against: 'lock:staging.lock', rules: {'os.package.version': 'off', 'os.*': 'note', '*': 'error'}}},
  {
    parity: {
      exceptions: [
        {rule: 'files.*', reason: 'x'},
        {rule: '*', subject: '/a/*', reason: 'x', until: '2028-02-29'},
      ],
    },
  },
  {parity: {replay: {redact: 'email', ignore: {headers: ['age'], fields: '**.id', paths: '/admin/**'}, unordered: []}}},
  {compose: false},
  {compose: ['compose.yaml', 'compose.dev.yaml'], apps: {}},
  {compose: 'compose.dev.yaml', apps: {web: {port: 3000, health: '/up', jobs: ['x']}, worker: {overlap: false}}},
]

const rejected: unknown[] = [
  {strategy: 'green'},
  {strategy: {}},
  {strategy: {rolling: {}, canary: {}}},
  {strategy: {canary: {steps: []}}},
  {strategy: {canary: {steps: [{weight: 0, time: '1s'}]}}},
  {strategy: {canary: {steps: [{weight: 5}]}}},
  {replicas: 0},
  {mirror: 'yes'},
  [],
  'text',
  {prot: 1},
  {project: ''},
  {project: 3},
  {port: '3000'},
  {port: 0},
  {port: 65_536},
  {port: 80.5},
  {build: 3},
  {build: {contxt: '.'}},
  {build: {target: ''}},
  {build: {args: 'A=1'}},
  {health: 'up'},
  {health: {path: 'up'}},
  {health: {tcp: false}},
  {health: {path: '/', tcp: true}},
  {health: {timeout: 10}},
  {health: {timeout: 'ten'}},
  {health: {timeout: '10'}},
  {health: {interval: '1s1m'}},
  {env: 'A=1'},
  {env: {'A B': '1'}},
  {env: {A: []}},
  {env: ['=1']},
  {env: ['A B=1']},
  {envFile: 3},
  {envFile: ['']},
  {command: []},
  {command: [1]},
  {user: -1},
  {user: ''},
  {volumes: 'data:/data'},
  {volumes: ['./src:/app']},
  {volumes: ['/data']},
  {volumes: ['data']},
  {volumes: ['data:data']},
  {volumes: ['data:/']},
  {volumes: ['data:/data:rx']},
  {volumes: [{name: 'x'}]},
  {volumes: [{name: './x', path: '/x'}]},
  {volumes: [{name: 'x', path: '/x', readonly: true}]},
  {tmpfs: 'tmp'},
  {tmpfs: ['/tmp:size=64m']},
  {resources: {memory: '512'}},
  {resources: {memory: 'lots'}},
  {resources: {cpus: 0}},
  {resources: {cpus: '2'}},
  {watch: {paths: ['/etc']}},
  {watch: {paths: ['../x']}},
  {watch: {paths: ['a/../../x']}},
  {watch: {quiet: 50}},
  {watch: {poll: 'yes'}},
  {immutable: 'yes'},
  {protocol: 'h3'},
  {immutable: true},
  {drain: '10 s'},
  {drain: {time: 10}},
  {drain: {websocket: true}},
  {drain: {sse: 'close'}},
  {reload: 'yes'},
  {guard: true},
  {guard: {window: 10}},
  {guard: {errors: '200%'}},
  {guard: {errors: 2}},
  {guard: {latency: 0.5}},
  {guard: {minRequests: 0}},
  {verify: '/healthz'},
  {verify: ['/healthz']},
  {verify: [{}]},
  {verify: [{name: 'nothing'}]},
  {verify: [{http: 'healthz'}]},
  {verify: [{http: '/', command: 'true'}]},
  {verify: [{http: '/', in: 'image'}]},
  {verify: [{command: 'true', in: 'container'}]},
  {verify: [{command: 'true', expect: {status: 200}}]},
  {verify: [{command: 'true', retry: '1s'}]},
  {verify: [{command: []}]},
  {verify: [{http: {method: 'GET'}}]},
  {verify: [{http: {path: '/', method: 'get'}}]},
  {verify: [{http: {path: '/', headers: {'a b': 'c'}}}]},
  {verify: [{http: {path: '/', headers: {a: 'b\nc'}}}]},
  {verify: [{http: {path: '/', headers: {a: 1}}}]},
  {verify: [{http: '/', expect: {status: 99}}]},
  {verify: [{http: '/', expect: {status: '6xx'}}]},
  {verify: [{http: '/', expect: {status: []}}]},
  {verify: [{http: '/', expect: {body: 'x'}}]},
  {verify: [{http: '/', expect: {headers: {a: {is: 'x'}}}}]},
  {verify: [{http: '/', timeout: 10}]},
  {keep: -1},
  {keep: {images: 0}},
  {keep: {warm: 1.5}},
  {keep: {stopped: -1}},
  {keep: {disk: 5}},
  {keep: {disk: '5 apples'}},
  {services: {}},
  {port: 'some'},
  {overlap: 'no'},
  {protocol: 'udp'},
  {health: {log: ''}},
  {health: {log: 'ready', up: '5s'}},
  {health: {up: 5}},
  {jobs: 'npm run migrate'},
  {jobs: [{command: 'x', time: '1s'}]},
  {previews: true},
  {previews: {branch: 'x'}},
  {previews: {branches: ['!']}},
  {previews: {branches: 'a b'}},
  {previews: {idle: 30}},
  {previews: {idle: 'always'}},
  {previews: {max: 10}},
  {previews: {max: {running: 0}}},
  {previews: {max: {memory: 4}}},
  {previews: {parallel: 0}},
  {previews: {seed: {data: {}}}},
  {previews: {seed: {data: {volume: 'a', directory: 'b'}}}},
  {previews: {seed: {data: 'data'}}},
  {previews: {hooks: {deleted: 'x'}}},
  {previews: {hooks: {created: []}}},
  {previews: {access: 'closed'}},
  {parity: true},
  {parity: {against: ''}},
  {parity: {rules: ['os.*']}},
  {parity: {rules: {'os.*': 'fatal'}}},
  {parity: {rules: {'os*': 'note'}}},
  {parity: {exceptions: [{rule: 'os.*'}]}},
  {parity: {exceptions: [{rule: 'os.*', reason: ''}]}},
  {parity: {exceptions: [{rule: 'os.*', reason: 'x', until: '31.12.2026'}]}},
  {parity: {exceptions: [{rule: 'os.*', reason: 'x', until: '2026-13-01'}]}},
  {parity: {exceptions: [{rule: 'os.*', reason: 'x', expires: '2026-12-01'}]}},
  {parity: {replay: {ignore: ['age']}}},
  {parity: {replay: {sort: 'x'}}},
  {compose: true},
  {compose: ''},
  {apps: ['web']},
  {apps: {web: {prot: 1}}},
  {apps: {web: {build: '.'}}},
  {apps: {web: {apps: {}}}},
]

// YAML 1.2 reads JSON, so that one corpus serves both.
const immAccepts = (value: unknown): boolean => {
  try {
    parseConfig(JSON.stringify(value), 'imm.yaml')
    return true
  } catch {
    return false
  }
}

for (const value of accepted)
  test(`accepts ${JSON.stringify(value)}, in an editor as in imm`, (t) => {
    t.true(fits(schema, value))
    t.true(immAccepts(value))
  })

for (const value of rejected)
  test(`rejects ${JSON.stringify(value)}, in an editor as in imm`, (t) => {
    t.false(fits(schema, value))
    t.false(immAccepts(value))
  })

const docs = readFileSync(new URL('docs/config.md', root), 'utf8')

test('docs/config.md has a heading for each key, with an example that imm accepts', (t) => {
  const sections = new Map(
    docs
      .split(/^### `/m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('`')), part]),
  )
  t.deepEqual([...sections.keys()].toSorted(), keys.map(({name}) => name).toSorted())
  for (const [name, part] of sections) {
    const examples = [...part.matchAll(/```yaml\n([^]*?)```/g)]
    t.true(examples.length > 0, name)
    for (const [, example = ''] of examples) {
      t.notThrows(() => parseConfig(example, name))
      t.true(example.includes(`${name.split('.').at(-1)}:`), name)
    }
  }
})

test('docs/gates.md shows checks that imm accepts', (t) => {
  const page = readFileSync(new URL('docs/gates.md', root), 'utf8')
  const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)]
  t.is(examples.length, 3)
  for (const [, example = ''] of examples) t.true((parseConfig(example, 'gates.md').settings.verify ?? []).length > 0)
})

test('docs/config.md gives the defaults that hold', (t) => {
  const given = new Map(
    [...docs.matchAll(/^### `([\w.]+)`\n\nDefault: `([^`]+)`/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  t.is(parseDuration(given.get('drain') ?? ''), defaultDrainMs)
  t.is(given.get('reload'), String(defaultReload))
  t.is(parseDuration(given.get('health.timeout') ?? ''), defaultHealth.timeoutMs)
  t.is(parseDuration(given.get('health.interval') ?? ''), defaultHealth.intervalMs)
  t.is(parseDuration(given.get('watch.quiet') ?? ''), defaultWatch.quietMs)
  t.is(parseDuration(given.get('guard.window') ?? ''), defaultGuard.windowMs)
  t.is(given.get('guard.errors'), `${defaultGuard.errors * 100}%`)
  t.is(given.get('guard.latency'), String(defaultGuard.latency))
  t.is(given.get('guard.minRequests'), String(defaultGuard.minRequests))
  t.is(given.get('immutable'), defaultImmutable)
  t.is(given.get('protocol'), defaultProtocol)
  t.is(given.get('replicas'), String(defaultReplicas))
  t.is(given.get('overlap'), String(defaultOverlap))
  t.is(parseDuration(given.get('jobs.timeout') ?? ''), defaultJobTimeoutMs)
  t.is(given.get('strategy'), defaultStrategy)
  t.is(given.get('strategy.rolling.surge'), String(defaultRolling.surge))
  t.is(given.get('strategy.rolling.unavailable'), String(defaultRolling.unavailable))
  t.is(given.get('strategy.canary.minRequests'), String(defaultCanary.limits.minRequests))
  t.is(given.get('strategy.canary.errors'), `${defaultCanary.limits.errorShare * 100}%`)
  t.is(given.get('strategy.canary.latency'), String(defaultCanary.limits.latencyFactor))
  t.is(parseDuration(given.get('strategy.canary.wait') ?? ''), defaultCanary.waitMs)
  t.is(given.get('mirror.share'), `${defaultMirror.share * 100}%`)
  t.is(parseDuration(given.get('mirror.time') ?? ''), defaultMirror.timeMs)
  t.is(given.get('mirror.requests'), String(defaultMirror.requests))
  t.is(given.get('keep.warm'), String(defaultKeep.warm))
  t.is(given.get('keep.stopped'), String(defaultKeep.stopped))
  t.is(given.get('keep.images'), String(defaultKeep.images))
  t.is(parseSize(given.get('keep.disk') ?? ''), defaultKeep.diskBytes)
  t.is(given.get('previews.branches'), `[${defaultPreviews.branches.map((one) => `'${one}'`).join(', ')}]`)
  t.is(given.get('previews.pulls'), String(defaultPreviews.pulls))
  t.is(given.get('previews.envFile'), defaultPreviews.envFile)
  t.is(parseDuration(given.get('previews.pause') ?? ''), defaultPreviews.pauseMs)
  t.is(parseDuration(given.get('previews.idle') ?? ''), defaultPreviews.idleMs)
  t.is(given.get('previews.max.running'), String(defaultPreviews.running))
  t.is(given.get('previews.parallel'), String(defaultPreviews.parallel))
  t.is(given.get('previews.access'), defaultPreviews.access)
})
