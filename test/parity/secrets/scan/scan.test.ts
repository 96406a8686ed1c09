import test from 'ava'

import {secretScan} from '../../../../src/parity/secrets/scan/scan.ts'
import type {Secret} from '../../../../src/parity/secrets/scan/text.ts'
import {madeSecrets, privateKey, random, word} from './made-secrets.ts'

/** What is found in a file that comes in pieces of a size. */
const scanned = (path: string, content: Buffer | string, pieces = 64 * 1024): readonly Secret[] => {
  const bytes = Buffer.from(content)
  const scan = secretScan()
  const inspection = scan.inspect({path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: bytes.length})
  for (let at = 0; at < bytes.length; at += pieces) inspection?.take(bytes.subarray(at, at + pieces))
  inspection?.end('digest')
  return scan.in(path, 'digest')
}

const kinds = (path: string, content: Buffer | string) => scanned(path, content).map(({kind}) => kind)

for (const [kind, value] of Object.entries(madeSecrets))
  test(`finds a ${kind} in a program, and in a library`, (t) => {
    const text = `const a = 1\nsend(${JSON.stringify(value)})\n`
    const [found, ...others] = scanned('/app/server.js', text)
    t.deepEqual(others, [])
    t.is(found?.kind, kind)
    t.is(found?.line, 2)
    const shown = found?.shown.replace('…', '') ?? ''
    t.true(value.startsWith(shown) && shown.length <= 4)
    t.deepEqual(kinds('/app/node_modules/client/index.js', text), kind === 'JSON web token' ? [] : [kind])
  })

test('finds a private key, also in one line of JSON, and shows nothing of it', (t) => {
  t.deepEqual(scanned('/app/key', `${privateKey()}\n`), [{kind: 'private key', shown: '', line: 2}])
  t.deepEqual(scanned('/app/account.json', `{"private_key": "${privateKey(String.raw`\n`)}"}`), [
    {kind: 'private key', shown: '', line: 1},
  ])
})

test('finds tokens and keys also among tests', (t) => {
  t.deepEqual(kinds('/app/test/login.test.js', `'${madeSecrets['GitHub token']}'`), ['GitHub token'])
  t.deepEqual(kinds('/app/test/key.pem', privateKey()), ['private key'])
})

test('takes a program that reads keys for no key', (t) => {
  t.deepEqual(kinds('/app/read.js', `if (text.startsWith('-----BEGIN ${word} KEY-----')) return read(text)`), [])
})

const password = random(14)

const credentials: readonly [kind: string, path: string, text: string][] = [
  ['password in a URL', '/app/settings.py', `DATABASE = 'postgres://shop:${password}@db:5432/shop'`],
  ['npm credentials', '/root/.npmrc', `//registry.example.com/:_authToken=${random(30)}`],
  ['npm credentials', '/root/.npmrc', `_auth = ${random(30)}`],
  ['password of a .netrc', '/root/.netrc', `machine git.example.com\n  login me\n  password ${password}`],
  ['registry credentials', '/root/.docker/config.json', `{"auths": {"r.io": {"auth": "${random(24)}"}}}`],
  ['assigned secret', '/app/config.yaml', `db:\n  password: ${random(20)}`],
  ['assigned secret', '/app/.env', `API_KEY=${random(20)}`],
  ['assigned secret', '/app/config.json', `{"clientSecret": "${random(20)}"}`],
  ['assigned secret', '/app/server.js', `const accessToken = '${random(20)}'`],
  ['assigned secret', '/root/.aws/credentials', `aws_secret_access_key = ${random(40)}`],
]

for (const [kind, path, text] of credentials)
  test(`finds ${kind} in ${path}: ${text.split(/[:=]/)[0]}`, (t) => {
    t.deepEqual(kinds(path, text), [kind])
  })

for (const [path, text] of [
  ['/app/config.yaml', 'password: ${DB_PASSWORD}'],
  ['/app/config.yaml', 'password: "{{ vault.db }}"'],
  ['/app/config.yaml', 'secret: /run/secrets/database-password-1'],
  ['/app/.env.example', 'API_TOKEN=your-token-goes-here-1'],
  ['/app/server.js', 'const token = process.env.SERVICE_TOKEN_V1'],
  ['/app/server.js', 'const token = await readToken2(request, options)'],
  ['/app/server.js', "const tokenType = 'urn:ietf:params:oauth'"],
  ['/etc/postgresql.conf', '#password_encryption = scram-sha-256'],
  ['/app/readme.txt', 'curl https://user:password@example.com/'],
  ['/app/readme.txt', 'AKIAIOSFODNN7EXAMPLE'],
  ['/app/readme.txt', `ghp_${'x'.repeat(36)}`],
  ['/usr/lib/python3/config.yaml', `password: ${random(20)}`],
  ['/app/node_modules/jws/test/key.pem', privateKey()],
  ['/app/test/login.test.js', `const password = '${random(20)}'`],
  ['/app/docs/start.md', `redis://:${random(20)}@cache`],
  ['/app/logo.png', madeSecrets['GitHub token'] ?? ''],
] as const)
  test(`takes for no secret, in ${path}: ${text.slice(0, 60)}`, (t) => {
    t.deepEqual(kinds(path, text), [])
  })

test('passes by files that are binary, and those that are longer than any program', (t) => {
  const token = madeSecrets['GitHub token'] ?? ''
  t.deepEqual(kinds('/app/program', `${token}\0`), [])
  t.deepEqual(kinds('/app/program', `${'a'.repeat(5000)}\0${token}`), ['GitHub token'], 'a zero far down is nothing')
  t.deepEqual(
    kinds('/app/log', Buffer.concat([Buffer.from(`${token}\n`), Buffer.alloc(17 * 1024 * 1024, 'a')])),
    ['GitHub token'],
    'but of what was read until then',
  )
})

test('finds one once wherever it lies, in pieces of any size, and every one of several', (t) => {
  const token = `a ${madeSecrets['GitHub token'] ?? ''}\n`
  for (const at of [
    0,
    4000,
    250 * 1024,
    253 * 1024,
    256 * 1024 - 50,
    256 * 1024 - 20,
    256 * 1024,
    256 * 1024 + 4080,
    700 * 1024,
  ])
    for (const pieces of [1000, 65_536, 1024 * 1024])
      t.deepEqual(
        scanned('/app/long.txt', `${'-\n'.repeat(at / 2)}${token}${'-'.repeat(300 * 1024)}`, pieces).map(
          ({kind}) => kind,
        ),
        ['GitHub token'],
        `${at} ${pieces}`,
      )
  const many = Array.from({length: 5}, (_, seed) => `ghp_${random(36, undefined, seed + 1)}`)
  t.deepEqual(
    scanned('/app/five', many.join('\n')).map(({line}) => line),
    [1, 2, 3, 4, 5],
  )
  const all = `ghp_${random(36)}\n`.repeat(1000)
  t.is(scanned('/app/thousand', all).length, 20, 'a file of many is told by its first')
})

test('a file that is made to keep us busy takes the time of its length', (t) => {
  const began = process.threadCpuUsage()
  for (const dense of [
    '.eyJ',
    '-eyJ.eyJ',
    'PRIV',
    `-----BEGIN ${word} KEY-----`,
    's://',
    'password=',
    'token: ',
    madeSecrets['GitHub token'] ?? '',
  ])
    for (const path of ['/app/config', '/app/server.js', '/root/.npmrc', '/root/.docker/config.json'])
      scanned(path, Buffer.alloc(1024 * 1024, dense))
  const {user, system} = process.threadCpuUsage(began)
  // 32 MB; without a bound on what is looked at again, minutes.
  t.true(user + system < 20e6, `${(user + system) / 1e6} s`)
})
