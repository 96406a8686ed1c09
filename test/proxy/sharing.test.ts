import {chmod, stat, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'

import {addressesToListen, checkedSharing, isShared, readSharing, writeSharing} from '../../src/proxy/sharing.ts'
import {temporaryDirectory} from './kit/proxy.ts'

test('by default nothing is shared', async (t) => {
  const sharing = await readSharing(await temporaryDirectory(t))
  t.deepEqual(sharing, {listen: [], open: false})
  t.false(isShared(sharing))
  t.deepEqual(addressesToListen(sharing), ['127.0.0.1', '::1'])
})

test('what was written is read again, and for its owner alone', async (t) => {
  const home = await temporaryDirectory(t)
  const sharing = {
    listen: ['0.0.0.0'],
    domain: 'previews.example.org',
    cert: '/a.pem',
    key: '/b.pem',
    httpsPort: 443,
    open: true,
  }
  await writeSharing(home, sharing)
  t.deepEqual(await readSharing(home), sharing)
  t.is((await stat(path.join(home, 'proxy-settings.json'))).mode & 0o777, 0o600)
})

test('settings that make no sense are an error, not guessed', async (t) => {
  const home = await temporaryDirectory(t)
  const file = path.join(home, 'proxy-settings.json')
  for (const text of [
    '',
    '{}',
    '{"version":1,"listen":[]}',
    '{"version":1,"listen":["0.0.0.0"],"open":"yes"}',
    '{"version":1,"listen":["everywhere"],"open":false}',
    '{"version":1,"listen":[],"domain":"localhost","open":false}',
    '{"version":1,"listen":[],"cert":"/a.pem","open":false}',
    '{"version":2,"listen":[],"open":false}',
  ]) {
    await writeFile(file, text)
    await t.throwsAsync(readSharing(home), {code: 'PROXY_SETTINGS_INVALID'}, text)
  }
  await chmod(file, 0o600)
})

const listen = (...addresses: string[]) => addressesToListen(checkedSharing({listen: addresses, open: false}))

test('all addresses stand for loopback and every one of their kind', (t) => {
  t.deepEqual(listen('0.0.0.0', '192.0.2.1', '2001:db8::1'), ['0.0.0.0', '::1', '2001:db8::1'])
  t.deepEqual(listen('::', '2001:db8::1'), ['127.0.0.1', '::'])
  t.deepEqual(listen('127.0.0.1', '::1', '192.0.2.1'), ['127.0.0.1', '::1', '192.0.2.1'])
})

test('a domain is taken as people write it', (t) => {
  for (const domain of [
    'previews.example.org',
    '*.previews.example.org',
    'Previews.Example.org.',
    '.previews.example.org',
  ])
    t.is(checkedSharing({listen: [], domain, open: false}).domain, 'previews.example.org', domain)
  for (const domain of [
    '',
    'localhost',
    'shop.localhost',
    'a..b',
    'https://x.org',
    'x.org/y',
    '192.0.2.1',
    `${'a'.repeat(64)}.org`,
  ])
    t.throws(() => checkedSharing({listen: [], domain, open: false}), {code: 'USAGE'}, domain)
})
