import {once} from 'node:events'

import {Metadata, status} from '@grpc/grpc-js'
import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from '@grpc/grpc-js'
import test from 'ava'

import {until} from '../kit/client.ts'
import {startTestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'
import {callUnary, download, grpcClient, startGrpc, talk, upload} from './grpc-kit.ts'

type Unary = ServerUnaryCall<Buffer, Buffer>
type Answer = sendUnaryData<Buffer>
type Upload = ServerReadableStream<Buffer, Buffer>
type Download = ServerWritableStream<Buffer, Buffer>
type Talk = ServerDuplexStream<Buffer, Buffer>

const metadataOf = (record: Record<string, string>): Metadata => {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(record)) metadata.set(key, value)
  return metadata
}

test('a unary call arrives and comes back with metadata and trailers', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const upstream = await startGrpc(t, {
    unary(call: Unary, answer: Answer) {
      call.sendMetadata(metadataOf({'x-seen': String(call.metadata.get('x-asked'))}))
      answer(null, Buffer.concat([Buffer.from('got '), call.request]), metadataOf({'x-after': '1'}))
    },
  })
  await flip(upstream.target(1))
  const client = grpcClient(t, port)
  const answer = await callUnary(client, 'it', {metadata: metadataOf({'x-asked': 'yes'})})
  t.is(answer.code, status.OK)
  t.is(String(answer.body), 'got it')
  t.deepEqual(answer.metadata.get('x-seen'), ['yes'])
  t.deepEqual(answer.metadata.get('x-imm-release'), ['r1-aaaaaaa'])
  t.deepEqual(answer.trailers.get('x-after'), ['1'])
  t.is(proxy.routes()[0]?.failed, 0)
})

test('streams pass message by message in either direction and in both', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startGrpc(t, {
    upload(call: Upload, answer: Answer) {
      let bytes = 0
      call.on('data', (message: Buffer) => (bytes += message.length))
      call.on('end', () => answer(null, Buffer.from(String(bytes))))
    },
    download(call: Download) {
      for (let index = 0; index < 3; index++) call.write(Buffer.from(`${String(call.request)} ${index}`))
      call.end(metadataOf({'x-count': '3'}))
    },
    talk(call: Talk) {
      call.on('data', (message: Buffer) => call.write(message))
      call.on('end', () => call.end())
    },
  })
  await flip(upstream.target(1))
  const client = grpcClient(t, port)

  const {promise: uploaded, resolve} = Promise.withResolvers<string>()
  const uploading = upload(client, (_error, value) => resolve(String(value)))
  for (let index = 0; index < 5; index++) uploading.write(Buffer.alloc(1000))
  uploading.end()
  t.is(await uploaded, '5000')

  const downloading = download(client, 'message')
  const ended = once(downloading, 'status')
  const messages: string[] = []
  for await (const message of downloading as AsyncIterable<Buffer>) messages.push(String(message))
  t.deepEqual(messages, ['message 0', 'message 1', 'message 2'])
  t.deepEqual(((await ended)[0] as {metadata: Metadata}).metadata.get('x-count'), ['3'])

  const talking = talk(client)
  const over = once(talking, 'status')
  for (const word of ['a', 'b', 'c']) {
    const echo = once(talking, 'data')
    talking.write(Buffer.from(word))
    t.is(String((await echo)[0]), word)
  }
  talking.end()
  t.is(((await over)[0] as {code: number}).code, status.OK)
})

test('an error that comes as trailers alone stays one', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startGrpc(t, {
    unary: (_call: Unary, answer: Answer) =>
      answer({code: status.NOT_FOUND, details: 'no such thing: 100 % sure', metadata: metadataOf({'x-why': 'gone'})}),
  })
  await flip(upstream.target(1))
  const answer = await callUnary(grpcClient(t, port), '')
  t.is(answer.code, status.NOT_FOUND)
  t.is(answer.details, 'no such thing: 100 % sure')
  t.deepEqual(answer.trailers.get('x-why'), ['gone'])
})

test('many calls at once share the connection to the application', async (t) => {
  const {port, flip, counts} = await startTestProxy(t)
  const peers = new Set<string>()
  const upstream = await startGrpc(t, {
    unary(call: Unary, answer: Answer) {
      peers.add(call.getPeer())
      answer(null, call.request)
    },
  })
  await flip(upstream.target(1))
  const client = grpcClient(t, port)
  const answers = await Promise.all(Array.from({length: 200}, async (_, index) => callUnary(client, String(index))))
  t.deepEqual(
    answers.map(({body}) => String(body)),
    answers.map((_, index) => String(index)),
  )
  t.is(peers.size, 1)
  t.is(counts(upstream.target(1))?.requests, 200)
  t.is(counts(upstream.target(1))?.failures, 0)
})

test('messages of 16 MB pass unchanged in both directions', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startGrpc(t, {unary: (call: Unary, answer: Answer) => answer(null, call.request)})
  await flip(upstream.target(1))
  const message = Buffer.alloc(16 * 1024 * 1024)
  for (let index = 0; index < message.length; index += 4) message.writeUInt32LE(index, index)
  const answer = await callUnary(grpcClient(t, port), message)
  t.is(answer.code, status.OK)
  t.true(answer.body.equals(message))
})

test('a call that its client cancels, or whose deadline passes, is cancelled at the application', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  let cancelled = 0
  let begun = 0
  const upstream = await startGrpc(t, {
    talk(call: Talk) {
      begun++
      call.on('cancelled', () => cancelled++)
    },
    unary(call: Unary) {
      begun++
      call.on('cancelled', () => cancelled++)
    },
  })
  await flip(upstream.target(1))
  const client = grpcClient(t, port)
  const talking = talk(client)
  talking.on('error', () => undefined)
  talking.write(Buffer.from('x'))
  await until(() => begun === 1)
  talking.cancel()
  await until(() => cancelled === 1)
  const late = await callUnary(client, '', {deadlineMs: 200})
  t.is(late.code, status.DEADLINE_EXCEEDED)
  await until(() => cancelled === begun)
  await until(() => proxy.routes()[0]?.inFlight === 0)
  t.is(proxy.routes()[0]?.failed, 0)
})

test('a call waits for a live release as other requests do', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const upstream = await startGrpc(t, {unary: (call: Unary, answer: Answer) => answer(null, call.request)})
  const waiting = callUnary(grpcClient(t, port), 'patience')
  await until(() => proxy.routes()[0]?.held === 1)
  await flip(upstream.target(1))
  t.is(String((await waiting).body), 'patience')
})

test('a call that waited in vain is UNAVAILABLE, with what the release is doing', async (t) => {
  const {port, proxy} = await startTestProxy(t, {holdMs: 20})
  proxy.announce(
    {project: 'shop', environment: 'main', app: 'web'},
    {stage: 'build', release: undefined, message: 'Building r1: 50 %', output: []},
  )
  const answer = await callUnary(grpcClient(t, port), '')
  t.is(answer.code, status.UNAVAILABLE)
  t.is(answer.details, 'Building r1: 50 %')
})

test('a call to an application that only speaks HTTP/1.1 is UNAVAILABLE, and says what is missing', async (t) => {
  const {port, flip} = await startTestProxy(t)
  const upstream = await startUpstream(t, (_request, response) => void response.end())
  await flip(upstream.target(1))
  const answer = await callUnary(grpcClient(t, port), '')
  t.is(answer.code, status.UNAVAILABLE)
  t.regex(answer.details, /HTTP\/2/)
})

test('an application that dies under a call leaves it UNAVAILABLE, and it was sent once', async (t) => {
  const {port, flip} = await startTestProxy(t, {holdMs: 100})
  let calls = 0
  const upstream = await startGrpc(t, {
    unary() {
      calls++
      upstream.close()
    },
  })
  await flip(upstream.target(1))
  const answer = await callUnary(grpcClient(t, port), '')
  t.is(answer.code, status.UNAVAILABLE)
  t.is(calls, 1)
})

test('at a flip a stream under way stays, and the next call of its connection goes to the new release', async (t) => {
  const {port, flip, proxy} = await startTestProxy(t)
  const release = async (name: string) =>
    startGrpc(t, {
      unary: (_call: Unary, answer: Answer) => answer(null, Buffer.from(name)),
      talk(call: Talk) {
        call.on('data', () => call.write(Buffer.from(name)))
        call.on('end', () => call.end())
      },
    })
  const [first, second] = [await release('first'), await release('second')]
  await flip(first.target(1))
  const client = grpcClient(t, port)
  const talking = talk(client)
  talking.on('error', () => undefined)
  const next = async (): Promise<string> => {
    talking.write(Buffer.from('?'))
    return String((await once(talking, 'data'))[0])
  }
  t.is(await next(), 'first')
  await flip(second.target(2))
  t.is(String((await callUnary(client, '')).body), 'second')
  t.is(await next(), 'first')
  const over = once(talking, 'status')
  const drained = proxy.drain(
    {project: 'shop', environment: 'main', app: 'web'},
    first.target(1),
    10_000,
    new AbortController().signal,
  )
  talking.end()
  t.is(((await over)[0] as {code: number}).code, status.OK)
  t.is((await drained).cut, 0)
})
