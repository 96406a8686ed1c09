import test from 'ava'

import {parseConfig} from '../../src/config/file.ts'
import {checksOf} from '../../src/config/verify.ts'
import {isImmError} from '../../src/errors.ts'

const checks = (yaml: string) => checksOf(parseConfig(`verify:\n${yaml}`, 'imm.yaml').settings.verify ?? [])

test('a path alone is a GET that must be answered with 2xx within 5 s, once', (t) => {
  t.deepEqual(checks('  - http: /healthz'), [
    {
      kind: 'http',
      name: 'GET /healthz',
      method: 'GET',
      path: '/healthz',
      headers: {},
      body: undefined,
      expect: {status: [{from: 200, to: 299}], text: [], match: [], json: undefined, headers: {}},
      timeoutMs: 5000,
      retryMs: 0,
    },
  ])
})

test('a map is sent as JSON and says so, unless its type is given; a text is sent as it is', (t) => {
  const bodies = checks(`
  - http: {path: /, method: POST, body: {item: 7}}
  - http: {path: /, method: POST, body: [1], headers: {Content-Type: application/ld+json}}
  - http: {path: /, method: POST, body: 'item=7'}`)
  t.like(bodies, [
    {body: '{"item":7}', headers: {'content-type': 'application/json'}},
    {body: '[1]', headers: {'Content-Type': 'application/ld+json'}},
    {body: 'item=7', headers: {}},
  ])
})

test('statuses are ranges, header names are in lower case, and null is something to expect', (t) => {
  const [check] = checks(`
  - http: /
    expect: {status: [200, 3xx, 401-403], json: null, headers: {ETag: true, X-Mode: fast, Server: false, Vary: {match: ^a}}}`)
  t.like(check, {
    expect: {
      status: [
        {from: 200, to: 200},
        {from: 300, to: 399},
        {from: 401, to: 403},
      ],
      json: {value: null},
      headers: {etag: true, 'x-mode': {contains: 'fast'}, server: false, vary: {match: '^a'}},
    },
  })
})

test('a command has its words, 60 s, and its own text as a short name', (t) => {
  const long = `node ${'x'.repeat(100)}`
  const [plain, image, named] = checks(`
  - command: npm run "smoke test"
  - {command: ${long}, in: image, timeout: 2m}
  - {command: 'true', name: all well}`)
  t.like(plain, {kind: 'command', name: 'npm run smoke test', command: ['npm', 'run', 'smoke test'], timeoutMs: 60_000})
  t.like(image, {kind: 'image', timeoutMs: 120_000})
  t.is(image?.name.length, 60)
  t.is(named?.name, 'all well')
})

const mistakes: Record<string, RegExp> = {
  '  - {http: /, command: x}': /^imm\.yaml:2:5: verify\[0\]: a check has either http or command$/,
  '  - {http: /, in: image}': /verify\[0\]\.in: belongs to a check with command/,
  '  - {command: x, retry: 1s}': /verify\[0\]\.retry: belongs to a check with http/,
  '  - {http: /, expct: {status: 200}}': /expct: unknown key; did you mean "expect"\?/,
  '  - {http: /, expect: {match: "("}}': /verify\[0\]\.expect\.match: Invalid regular expression/,
  '  - {http: /, expect: {status: 299-200}}': /the range ends before it begins/,
  '  - {http: /, expect: {status: fine}}': /expected a status such as 200, .*got "fine"/,
  '  - {command: curl $IMM_URL}': /needs a shell/,
}

for (const [yaml, message] of Object.entries(mistakes))
  test(`a mistake is named with its place: ${yaml.trim()}`, (t) => {
    const error = t.throws(() => checks(yaml))
    t.true(isImmError(error, 'CONFIG_INVALID'))
    t.regex(error?.message ?? '', message)
  })

test('what may be a secret is not repeated', (t) => {
  for (const yaml of ['{http: {path: /, headers: {authorization: 31415}}}', '{command: {key: 31415}}']) {
    const error = t.throws(() => checks(`  - ${yaml}`))
    t.notRegex(error?.message ?? '', /31415/)
  }
})
