import test from 'ava'

import {plainSettings, settingDifferences} from '../../src/ledger/plain-settings.ts'
import {testSettings} from '../support/lifecycle-settings.ts'

const key = Buffer.alloc(32, 1)
const plain = (changes: Parameters<typeof testSettings>[0], with_ = key) => plainSettings(testSettings(changes), with_)

test('settings are dotted keys and texts; where the checkout lies is none of them', (t) => {
  const settings = plain({
    port: 3000,
    command: ['node', 'server.js'],
    volumes: [{name: 'data', path: '/var/lib/shop', readOnly: false}],
    tmpfs: ['/tmp'],
  })
  t.like(settings, {
    port: '3000',
    command: '["node","server.js"]',
    'health.kind': 'auto',
    'health.timeoutMs': '60000',
    'volumes.1.path': '/var/lib/shop',
    'volumes.1.readOnly': 'false',
    tmpfs: '["/tmp"]',
    'build.dockerfile': 'Dockerfile',
  })
  t.deepEqual(
    Object.keys(settings).filter((name) => /project|app|context/.test(name)),
    [],
  )
  t.deepEqual(Object.keys(settings), Object.keys(settings).toSorted())
})

test('values of the environment and build arguments are told by a keyed digest', (t) => {
  const variables = {env: {LOG_LEVEL: 'debug', MODE: 'debug'}, build: {...testSettings().build, args: {NPM: 'debug'}}}
  const settings = plain(variables)
  t.regex(settings['env.LOG_LEVEL'] ?? '', /^hmac:[0-9a-f]{16}$/)
  t.regex(settings['build.args.NPM'] ?? '', /^hmac:[0-9a-f]{16}$/)
  t.false(JSON.stringify(settings).includes('debug'))
  t.not(settings['env.LOG_LEVEL'], settings['env.MODE'], 'that two are the same is not told')
  t.is(plain(variables)['env.MODE'], settings['env.MODE'])
  t.not(plain(variables, Buffer.alloc(32, 2))['env.MODE'], settings['env.MODE'])
})

test('what has the name of a secret anywhere is told by its digest', (t) => {
  const settings = plain({health: Object.assign(testSettings().health, {headers: {authorization: 'Bearer abc'}})})
  t.regex(settings['health.headers.authorization'] ?? '', /^hmac:/)
})

test('what a check sends and expects is told by its digest, whatever it is called', (t) => {
  const request = {kind: 'http', name: 'cart', method: 'POST', path: '/cart', timeoutMs: 1, retryMs: 0} as const
  const expect = {status: [], text: ['hush'], match: [], json: {value: {a: 'hush'}}, headers: {}}
  const settings = plain({verify: [{...request, headers: {'x-who': 'hush'}, body: 'hush', expect}]})
  t.is(settings['verify.1.path'], '/cart')
  for (const name of ['headers.x-who', 'body', 'expect.text', 'expect.json.value.a'])
    t.regex(settings[`verify.1.${name}`] ?? '', /^hmac:/, name)
  t.notRegex(JSON.stringify(settings), /hush/)
})

test('differences are what was set, unset or changed', (t) => {
  const before = plain({port: 3000, env: {A: '1', B: '2'}})
  const after = plain({command: ['x'], env: {A: '1', B: '3'}})
  t.deepEqual(settingDifferences(before, after), [
    {key: 'command', before: undefined, after: '["x"]'},
    {key: 'env.B', before: before['env.B'], after: after['env.B']},
    {key: 'port', before: '3000', after: undefined},
  ])
  t.deepEqual(settingDifferences(before, before), [])
})

test('of secrets and configs it tells what is mounted and a digest, and neither source nor value', (t) => {
  const file = {
    kind: 'secret',
    name: 'password',
    path: '/run/secrets/password',
    mode: 0o444,
    digest: 'hmac:0123',
  } as const
  const source = {kind: 'environment', variable: 'PW', value: 'hunter2'} as const
  const build = {
    context: '/shop',
    dockerfile: 'Dockerfile',
    target: undefined,
    args: {},
    secrets: [{id: 'npm', source}],
  }
  const told = plain({files: [{...file, source}], build})
  t.like(told, {'files.1.name': 'password', 'files.1.digest': 'hmac:0123', 'files.1.source': 'environment'})
  t.false(JSON.stringify(told).includes('hunter2'))
  t.false(JSON.stringify(told).includes('PW'))
})
