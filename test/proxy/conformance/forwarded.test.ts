import type {ExecutionContext} from 'ava'
import test from 'ava'

import {ensureProxy} from '../../../src/proxy/client.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {ask, raw} from '../kit/client.ts'
import {daemonPlace, statusOf} from '../kit/daemon.ts'
import {shop, shopHost} from '../kit/proxy.ts'
import {targetAt} from '../kit/upstream.ts'
import type {Message} from './kit/messages.ts'
import {startRecorder} from './kit/recorder.ts'
import {startSubject} from './kit/subject.ts'

/** The fields of a request as the application gets them. */
const forward = async (
  t: ExecutionContext,
  fields: readonly string[],
  trustForwarded = false,
): Promise<Message['fields']> => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port, {trustForwarded})
  await raw(t, port, `${['GET / HTTP/1.1', `Host: ${host}`, 'Connection: close', ...fields].join('\r\n')}\r\n\r\n`)
  t.deepEqual(application.faults(), [])
  return application.requests[0]?.fields ?? []
}

const named = (fields: Message['fields'], pattern: RegExp): Message['fields'] =>
  fields.filter(([name]) => pattern.test(name))

const lies = [
  'X-Forwarded-For: 6.6.6.6',
  'x-forwarded-for: 6.6.6.7',
  'X_Forwarded_For: 6.6.6.8',
  'X-Forwarded_For: 6.6.6.9',
  'X-FORWARDED-PROTO: https',
  'X-Forwarded-Host: evil.example',
  'X_Forwarded_Host: evil.example',
  'X-Forwarded-Prefix: /admin',
  'Forwarded: for=6.6.6.6;proto=https',
  'X-Imm-Mirror: 1',
  'X_Imm_Mirror: 1',
  'X-Imm-Release: candidate',
]

test('what a client says of proxies before this one reaches no application', async (t) => {
  const fields = await forward(t, lies)
  t.deepEqual(named(fields, /forwarded|imm/), [
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-proto', 'http'],
    ['x-forwarded-host', 'shop.localhost'],
  ])
})

test('what a trusted proxy says is passed on, with its own address added', async (t) => {
  const fields = await forward(t, lies, true)
  t.deepEqual(named(fields, /forwarded|imm/), [
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-host', 'evil.example'],
    ['forwarded', 'for=6.6.6.6;proto=https'],
    ['x-forwarded-for', '6.6.6.6, 6.6.6.7, 127.0.0.1'],
    ['x-forwarded-prefix', '/admin'],
  ])
})

test('a trusted proxy that says nothing leaves it to this one', async (t) => {
  t.deepEqual(named(await forward(t, [], true), /forwarded/), [
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-proto', 'http'],
    ['x-forwarded-host', 'shop.localhost'],
  ])
})

test('fields of the connection stay on it, those that it nominates too, and no field that says where a message ends', async (t) => {
  const fields = await forward(t, [
    'Connection: X-Private, Keep-Alive, Host, Content-Type, Authorization-Proxy',
    'X-Private: 1',
    'Authorization-Proxy: 1',
    'Content-Type: text/plain',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'TE: trailers;q=0.5, gzip',
    'Trailer: X-Sum',
    'X-Kept: 1',
  ])
  t.deepEqual(named(fields, /private|authorization|keep-alive|proxy-c|trailer/), [])
  t.deepEqual(named(fields, /^(?:te|x-kept|content-type|host)$/), [
    ['host', 'shop.localhost'],
    ['content-type', 'text/plain'],
    ['x-kept', '1'],
    ['te', 'trailers'],
  ])
})

test('other fields pass in their order, in their spelling, and as often as they were sent', async (t) => {
  const application = await startRecorder(t)
  const {port, host} = await startSubject(t, application.port)
  const sent = 'X-A: 1\r\nx-b: 2\r\nX-a: 3\r\nCookie: a=1\r\nX_Under: 4\r\nACCEPT: */*\r\nAccept: text/html\r\n'
  await raw(t, port, `GET / HTTP/1.1\r\nHost: ${host}\r\n${sent}Connection: close\r\n\r\n`)
  t.true(application.connections[0]!.received.startsWith(`GET / HTTP/1.1\r\nHost: ${host}\r\n${sent}`))
})

test('IMM_PROXY_TRUST_FORWARDED tells the proxy to believe it', async (t) => {
  const application = await startRecorder(t)
  const place = await daemonPlace(t, {IMM_PROXY_TRUST_FORWARDED: '1'})
  const proxy = await ensureProxy(place)
  const traffic = proxyTraffic(proxy, {...shop, hosts: [shopHost], port: undefined})
  await traffic.open(place.signal)
  await traffic.flip(targetAt(application.port, 1), place.signal)
  await ask((await statusOf(proxy)).port, {headers: {'x-forwarded-proto': 'https'}})
  t.deepEqual(named(application.requests[0]?.fields ?? [], /proto/), [['x-forwarded-proto', 'https']])
})
