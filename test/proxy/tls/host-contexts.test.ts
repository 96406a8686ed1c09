import {X509Certificate} from 'node:crypto'
import {mkdir, readdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import {maxHostCertificates} from '../../../src/proxy/limits.ts'
import {hostContexts} from '../../../src/proxy/tls/host-contexts.ts'
import {ensureAuthority} from '../../../src/tls/authority.ts'
import {tlsPlace} from '../../../src/tls/place.ts'
import {temporaryDirectory} from '../kit/proxy.ts'

const dayMs = 24 * 3_600_000

const prepare = async (t: ExecutionContext, startMs = Date.now()) => {
  const place = tlsPlace(await temporaryDirectory(t))
  const authority = await ensureAuthority(place, startMs)
  const clock = {nowMs: startMs}
  const log: string[] = []
  const options = {place, authority, isRouted: (host: string) => host === 'shop.localhost', now: () => clock.nowMs}
  const open = () => hostContexts({...options, log: (line) => log.push(line)})
  return {place, clock, log, open}
}

/** When it begins and ends. */
const life = ({certificate}: {certificate: {pem: string}}): [number, number] => {
  const {validFromDate, validToDate} = new X509Certificate(certificate.pem)
  return [validFromDate.getTime(), validToDate.getTime()]
}

test('a certificate is renewed when a third of its life is left, and not before', async (t) => {
  const {clock, open} = await prepare(t)
  const contextOf = open()
  const first = await contextOf('shop.localhost')
  clock.nowMs += 55 * dayMs
  t.is(await contextOf('shop.localhost'), first)
  clock.nowMs += 10 * dayMs
  const [second, same] = await Promise.all([contextOf('shop.localhost'), contextOf('shop.localhost')])
  t.is(second, same)
  t.not(second.certificate.pem, first.certificate.pem)
  t.is((await open()('shop.localhost')).certificate.pem, second.certificate.pem, 'the file has the new one')
})

test('no certificate is valid for more than 397 days, or longer than its authority', async (t) => {
  const {clock, open} = await prepare(t)
  const contextOf = open()
  const [from, until] = life(await contextOf('shop.localhost'))
  t.true(until - from <= 397 * dayMs)
  clock.nowMs += 3620 * dayMs
  const [, lastUntil] = life(await open()('shop.localhost'))
  t.true(lastUntil <= clock.nowMs + 30 * dayMs)
})

test('a file that is another host’s, or makes no sense, is replaced', async (t) => {
  const {place, open} = await prepare(t)
  const {certificate} = await open()('localhost')
  const file = path.join(place.hosts, 'shop.localhost.pem')
  for (const text of [certificate.keyPem + certificate.pem, 'nonsense', '']) {
    await writeFile(file, text)
    const made = await open()('shop.localhost')
    t.is(new X509Certificate(made.certificate.pem).subjectAltName, 'DNS:shop.localhost')
  }
})

test('where the file can’t be written the certificate serves from memory', async (t) => {
  const {place, log, open} = await prepare(t)
  await mkdir(path.join(place.hosts, 'shop.localhost.pem'), {recursive: true})
  const contextOf = open()
  const made = await contextOf('shop.localhost')
  t.is(await contextOf('shop.localhost'), made)
  t.true(log.length > 0)
})

test('names that nothing is routed under fill neither the disk nor the memory', async (t) => {
  const {place, open} = await prepare(t)
  const contextOf = open()
  const first = await contextOf('x.localhost')
  for (let index = 0; index < maxHostCertificates; index++) await contextOf(`x${index}.localhost`)
  t.not(await contextOf('x.localhost'), first)
  t.deepEqual(await readdir(place.hosts).catch(() => []), [])
})
