import {generateKeyPairSync} from 'node:crypto'
import {rm, writeFile} from 'node:fs/promises'
import path from 'node:path'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import {ensureAuthority} from '../../../src/tls/authority.ts'
import {serverCertificate} from '../../../src/tls/certificate.ts'
import {parseGiven} from '../../../src/tls/given-certificate.ts'
import {tlsPlace} from '../../../src/tls/place.ts'
import {temporaryDirectory} from '../kit/proxy.ts'
import {secureConnection, turnOnHttps} from '../kit/secure.ts'
import {startApp} from '../login/app.ts'
import {login, startGuarded} from '../login/kit.ts'

const domain = 'previews.example.org'
const host = `login--shop.${domain}`

const writeGiven = async (directory: string, name = `*.${domain}`) => {
  const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const authority = await ensureAuthority(tlsPlace(path.join(directory, 'authority')), Date.now())
  const lifetime = {fromMs: Date.now() - 1000, untilMs: Date.now() + 3_600_000}
  const given = {cert: path.join(directory, 'cert.pem'), key: path.join(directory, 'key.pem')}
  await writeFile(given.key, privateKey.export({type: 'pkcs8', format: 'pem'}))
  await writeFile(given.cert, serverCertificate(authority, [{dNSName: name}], publicKey, lifetime))
  return given
}

const shown = async (t: ExecutionContext, port: number, servername: string) => {
  // The authority of the test may not sign for such names, so that no client would take it.
  const socket = await secureConnection(t, port, {servername, rejectUnauthorized: false, ALPNProtocols: ['http/1.1']})
  return {socket, certificate: socket.getPeerCertificate()}
}

test('names below the domain are shown the given certificate, before and beside an authority of this machine', async (t) => {
  const given = await writeGiven(await temporaryDirectory(t))
  const {port, proxy, route, home} = await startGuarded(t, {listen: [], domain, ...given, open: false})
  const app = await startApp(t)
  await route(login, app.port)
  t.is(proxy.state({...login, app: 'app'})?.url, `https://${host}:${port}`)
  t.is((await shown(t, port, host)).certificate.subjectaltname, `DNS:*.${domain}`)
  await t.throwsAsync(shown(t, port, 'login.shop.localhost'))
  await t.throwsAsync(shown(t, port, `a.b.${domain}`))
  await turnOnHttps(home)
  t.is((await shown(t, port, host)).certificate.subjectaltname, `DNS:*.${domain}`)
  t.is((await shown(t, port, 'login.shop.localhost')).certificate.subjectaltname, 'DNS:login.shop.localhost')
})

test('over https the session is for this host and https alone', async (t) => {
  const given = await writeGiven(await temporaryDirectory(t))
  const {port, route, token} = await startGuarded(t, {listen: [], domain, ...given, open: false})
  const app = await startApp(t)
  await route(login, app.port)
  const {socket} = await shown(t, port, host)
  socket.write(`GET /.imm/share?token=${await token(login)} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  let text = ''
  for await (const chunk of socket.setEncoding('latin1') as AsyncIterable<string>) text += chunk
  const cookie = /set-cookie: ([^\r]+)/.exec(text)?.[1] ?? ''
  t.regex(cookie, /^__Host-imm-share-[\da-f]{12}=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
  const next = (await shown(t, port, host)).socket
  next.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie.split(';', 1)[0]}\r\nConnection: close\r\n\r\n`)
  let answer = ''
  for await (const chunk of next.setEncoding('latin1') as AsyncIterable<string>) answer += chunk
  t.regex(answer, /^HTTP\/1\.1 200 .*secret/s)
  t.is(app.seen[0]?.headers.cookie, undefined)
})

test('a certificate that is renewed is taken up, and one that is gone leaves the one before', async (t) => {
  const directory = await temporaryDirectory(t)
  const given = await writeGiven(directory)
  const {port, log} = await startGuarded(t, {listen: [], domain, ...given, open: false})
  const first = (await shown(t, port, host)).certificate.fingerprint256
  await rm(given.cert)
  t.is((await shown(t, port, host)).certificate.fingerprint256, first)
  await writeGiven(directory)
  t.not((await shown(t, port, host)).certificate.fingerprint256, first)
  await writeFile(given.cert, 'nothing')
  await shown(t, port, host)
  t.true(log.some((line) => line.includes('holds no certificate')))
})

test('what can be no certificate with its key is told', async (t) => {
  const names = {cert: 'cert.pem', key: 'key.pem'}
  const directory = await temporaryDirectory(t)
  const {privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const {cert} = await writeGiven(directory)
  const pem = await import('node:fs').then(({readFileSync}) => readFileSync(cert))
  const other = Buffer.from(privateKey.export({type: 'pkcs8', format: 'pem'}))
  t.throws(() => parseGiven(pem, other, names), {
    code: 'CERTIFICATE_INVALID',
    message: /key.pem is not the key of cert.pem/,
  })
  t.throws(() => parseGiven(pem, pem, names), {code: 'CERTIFICATE_INVALID', message: /private key/})
  t.throws(() => parseGiven(other, other, names), {
    code: 'CERTIFICATE_INVALID',
    message: /cert.pem holds no certificate/,
  })
})
