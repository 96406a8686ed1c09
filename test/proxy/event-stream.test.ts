import type {RequestListener, ServerResponse} from 'node:http'
import {gunzipSync, gzipSync} from 'node:zlib'

import test from 'ava'
import type {ExecutionContext} from 'ava'

import {begin, until} from './kit/client.ts'
import type {Ask} from './kit/client.ts'
import {shop, startTestProxy} from './kit/proxy.ts'
import type {TestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

const {signal} = new AbortController()
const longMs = 60_000
const retry = 'retry: 100\n\n'
const asEventSource: Ask = {headers: {accept: 'text/event-stream'}}

/** A release whose stream has begun with `text`, and a client of it. */
const startStream = async (
  t: ExecutionContext,
  started: TestProxy,
  text: string | Buffer,
  {asks = asEventSource, headers = {}}: {asks?: Ask; headers?: Record<string, string>} = {},
) => {
  const {promise: asked, resolve} = Promise.withResolvers<ServerResponse>()
  const listener: RequestListener = (_request, response) => {
    response.writeHead(200, {'content-type': 'text/event-stream; charset=utf-8', ...headers}).write(text)
    resolve(response)
  }
  const upstream = await startUpstream(t, listener)
  await started.flip(upstream.target(1))
  const incoming = await begin(started.port, asks)
  let received = Buffer.alloc(0)
  incoming.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
  })
  const ended = new Promise<boolean>((done) => {
    incoming.on('error', () => undefined).once('close', () => done(incoming.complete))
  })
  const response = await asked
  await until(() => received.length >= text.length)
  return {
    response,
    ended,
    received: () => received,
    drain: async (ms: number) => started.proxy.drain(shop, upstream.target(1), ms, signal),
  }
}

const closing = async (t: ExecutionContext): Promise<TestProxy> => startTestProxy(t, {}, {closes: ['events']})

test('at the flip an event stream between two messages is ended at once, properly, and its client told to ask again soon', async (t) => {
  const started = await closing(t)
  const stream = await startStream(t, started, 'id: 1\ndata: one\n\n: ping\n')
  await started.flip(targetAt(1, 2))
  t.is((await stream.drain(longMs)).cut, 0)
  t.true(await stream.ended)
  t.is(String(stream.received()), `id: 1\ndata: one\n\n: ping\n${retry}`)
  t.is(started.proxy.routes()[0]!.failed, 0)
  t.is(started.counts({release: targetAt(1, 1).release})!.failures, 0)
})

test('one in the middle of a message ends after it', async (t) => {
  const started = await closing(t)
  const stream = await startStream(t, started, 'data: on')
  await started.flip(targetAt(1, 2))
  const drained = stream.drain(longMs)
  stream.response.write('e\r\n\r')
  stream.response.write('\ndata: never\n\n')
  await drained
  t.true(await stream.ended)
  t.is(String(stream.received()), `data: one\r\n\r${retry}`)
})

test('one that begins while its release is drained ends before its first message', async (t) => {
  const started = await closing(t)
  const {promise: asked, resolve} = Promise.withResolvers<ServerResponse>()
  const upstream = await startUpstream(t, (_request, response) => resolve(response))
  await started.flip(upstream.target(1))
  const begun = begin(started.port, asEventSource)
  const response = await asked
  await started.flip(targetAt(1, 2))
  const drained = started.proxy.drain(shop, upstream.target(1), longMs, signal)
  response.writeHead(200, {'content-type': 'text/event-stream'}).flushHeaders()
  t.is(String(Buffer.concat(await (await begun).toArray())), retry)
  t.is((await drained).cut, 0)
})

test('without the setting one goes on, and ends between two messages at the deadline', async (t) => {
  const started = await startTestProxy(t)
  const stream = await startStream(t, started, 'data: one\n\n')
  await started.flip(targetAt(1, 2))
  const drained = stream.drain(2000)
  stream.response.write('data: two\n\n')
  t.is((await drained).cut, 1)
  t.true(await stream.ended)
  t.is(String(stream.received()), `data: one\n\ndata: two\n\n${retry}`)
})

test('what is in the middle of a message at the deadline is broken off, so that nobody takes it for a whole', async (t) => {
  const started = await startTestProxy(t)
  const stream = await startStream(t, started, 'data: on')
  await started.flip(targetAt(1, 2))
  t.is((await stream.drain(20)).cut, 1)
  t.false(await stream.ended)
  t.is(String(stream.received()), 'data: on')
})

test('the stream that answers a POST is somebody who does not come back: it is waited for', async (t) => {
  const started = await closing(t)
  const stream = await startStream(t, started, 'data: token\n\n', {
    asks: {...asEventSource, method: 'POST', body: '{}'},
  })
  await started.flip(targetAt(1, 2))
  const drained = stream.drain(longMs)
  stream.response.end('data: last\n\n')
  await drained
  t.true(await stream.ended)
  t.is(String(stream.received()), 'data: token\n\ndata: last\n\n')
})

test('a compressed stream is left alone', async (t) => {
  const started = await closing(t)
  const whole = gzipSync('data: one\n\n')
  const stream = await startStream(t, started, whole.subarray(0, 12), {headers: {'content-encoding': 'gzip'}})
  await started.flip(targetAt(1, 2))
  const drained = stream.drain(longMs)
  stream.response.end(whole.subarray(12))
  await drained
  t.true(await stream.ended)
  t.is(String(gunzipSync(stream.received())), 'data: one\n\n')
})
