import {generateKeyPairSync, X509Certificate} from 'node:crypto'
import type {KeyObject} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import type {AddressInfo} from 'node:net'
import path from 'node:path'
import {createServer, connect} from 'node:tls'

import test from 'ava'
import type {ExecutionContext} from 'ava'
import {execa} from 'execa'

import {ensureAuthority} from '../../src/tls/authority.ts'
import type {Authority} from '../../src/tls/authority.ts'
import {serverCertificate} from '../../src/tls/certificate.ts'
import type {TlsPlace} from '../../src/tls/place.ts'
import {temporaryPlace} from './kit/place.ts'

type Names = Parameters<typeof serverCertificate>[1]

const within = {fromMs: Date.now() - 60_000, untilMs: Date.now() + 3_600_000}
const allowed: readonly Names[] = [
  [{dNSName: 'localhost'}, {iPAddress: '127.0.0.1'}, {iPAddress: '::1'}],
  [{dNSName: 'shop.localhost'}],
  [{dNSName: 'feature-x.api.shop.localhost'}],
  [{iPAddress: '127.8.9.10'}],
]
const forbidden: readonly Names[] = [
  [{dNSName: 'example.com'}],
  [{dNSName: 'localhost.example.com'}],
  [{dNSName: 'notlocalhost'}],
  [{dNSName: 'shop.localhost'}, {dNSName: 'example.com'}],
  [{iPAddress: '10.0.0.1'}],
  [{iPAddress: '::2'}],
]

interface Signed {
  pem: string
  key: KeyObject
}

const sign = (authority: Authority, names: Names): Signed => {
  const {publicKey, privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  return {pem: serverCertificate(authority, names, publicKey, within), key: privateKey}
}

/** What openssl thinks of it; undefined where there is no openssl. */
const opensslVerify = async (place: TlsPlace, pem: string): Promise<{accepted: boolean; said: string} | undefined> => {
  const file = path.join(place.directory, 'leaf.pem')
  await writeFile(file, pem)
  const {code, exitCode, all} = await execa(
    'openssl',
    ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', place.certificate, file],
    {reject: false, all: true},
  )
  return code === 'ENOENT' ? undefined : {accepted: exitCode === 0, said: all}
}

/** Why a TLS client of Node's refuses the certificate. Its name is not compared: this is about the authority's constraints. */
const nodeRefusal = async (t: ExecutionContext, ca: string, {pem, key}: Signed): Promise<string | undefined> => {
  const server = createServer({cert: pem, key: key.export({type: 'pkcs8', format: 'pem'})}, (socket) => socket.end())
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const {port} = server.address() as AddressInfo
  return new Promise((resolve) => {
    const options = {port, host: '127.0.0.1', servername: 'localhost', ca, checkServerIdentity: () => undefined}
    const socket = connect(options, () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.once('error', (error: Error) => resolve(error.message))
  })
}

test('openssl and Node take what the authority signs for this machine’s own names', async (t) => {
  const place = await temporaryPlace(t)
  const authority = await ensureAuthority(place, Date.now())
  for (const names of allowed) {
    const signed = sign(authority, names)
    const verified = await opensslVerify(place, signed.pem)
    if (verified === undefined) t.log('openssl is not installed')
    else t.true(verified.accepted, verified.said)
    t.is(await nodeRefusal(t, authority.pem, signed), undefined)
  }
})

test('openssl and Node refuse what the authority signs for any other name, so that its key is worth nothing to a thief', async (t) => {
  const place = await temporaryPlace(t)
  const authority = await ensureAuthority(place, Date.now())
  for (const names of forbidden) {
    const signed = sign(authority, names)
    const verified = await opensslVerify(place, signed.pem)
    if (verified === undefined) t.log('openssl is not installed')
    else {
      t.false(verified.accepted, JSON.stringify(names))
      t.regex(verified.said, /permitted subtree violation/)
    }
    t.is(await nodeRefusal(t, authority.pem, signed), 'permitted subtree violation', JSON.stringify(names))
  }
})

test('no other authority can be made below it', async (t) => {
  const place = await temporaryPlace(t)
  const {certificate} = await ensureAuthority(place, Date.now())
  t.true(certificate.ca)
  const {exitCode, stdout} = await execa('openssl', ['x509', '-in', place.certificate, '-noout', '-text'], {
    reject: false,
  })
  if (exitCode !== 0) return t.log('openssl is not installed')
  t.regex(stdout, /Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
  t.regex(stdout, /Name Constraints: critical/)
  t.regex(stdout, /Extended Key Usage:\s+TLS Web Server Authentication\n/)
  t.regex(stdout, /ASN1 OID: prime256v1/)
})

test('no two certificates have the same serial number', async (t) => {
  const place = await temporaryPlace(t)
  const authority = await ensureAuthority(place, Date.now())
  const serials = Array.from({length: 20}, () => new X509Certificate(sign(authority, allowed[1]!).pem).serialNumber)
  t.is(new Set(serials).size, 20)
  for (const serial of serials) t.true(serial.length <= 40 && Number.parseInt(serial[0]!, 16) < 8)
})
