import {Client, Metadata, Server, ServerCredentials, credentials} from '@grpc/grpc-js'
import type {ServiceDefinition, UntypedServiceImplementation} from '@grpc/grpc-js'
import type {ExecutionContext} from 'ava'

import type {Target, Verified} from '../../../src/lifecycle/ports.ts'
import {shopHost} from '../kit/proxy.ts'
import {targetAt} from '../kit/upstream.ts'

const asIs = (bytes: Buffer): Buffer => bytes

const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/shop.Shop/${name}`,
  requestStream,
  responseStream,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
})

/** The four kinds of calls, with bytes for messages. */
const service: ServiceDefinition = {
  unary: method('Unary', false, false),
  upload: method('Upload', true, false),
  download: method('Download', false, true),
  talk: method('Talk', true, true),
}

const longest = {'grpc.max_receive_message_length': 64 * 1024 * 1024}

export interface GrpcUpstream {
  port: number
  target(generation: number): Verified<Target>
  close(): void
}

/** An application that speaks gRPC, gone with the test. */
export const startGrpc = async (t: ExecutionContext, calls: UntypedServiceImplementation): Promise<GrpcUpstream> => {
  const server = new Server(longest)
  server.addService(service, calls)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound)
      else reject(error)
    })
  })
  const close = (): void => server.forceShutdown()
  t.teardown(close)
  return {port, target: (generation) => targetAt(port, generation), close}
}

/** A client of the shop through the proxy. */
export const grpcClient = (t: ExecutionContext, port: number): Client => {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    ...longest,
    'grpc.default_authority': shopHost,
    // Each test's own connection, and no attempt beside those it makes.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
  })
  t.teardown(() => client.close())
  return client
}

export interface GrpcAnswer {
  body: Buffer
  metadata: Metadata
  trailers: Metadata
  code: number
  details: string
}

/** One unary call, with all that comes of it; it never rejects. */
export const callUnary = async (
  client: Client,
  body: Buffer | string,
  options: {deadlineMs?: number; metadata?: Metadata} = {},
): Promise<GrpcAnswer> =>
  new Promise((resolve) => {
    const answer: GrpcAnswer = {
      body: Buffer.alloc(0),
      metadata: new Metadata(),
      trailers: new Metadata(),
      code: 0,
      details: '',
    }
    const deadline = options.deadlineMs === undefined ? {} : {deadline: Date.now() + options.deadlineMs}
    const call = client.makeUnaryRequest(
      '/shop.Shop/Unary',
      asIs,
      asIs,
      Buffer.from(body),
      options.metadata ?? new Metadata(),
      deadline,
      (_error, value) => {
        if (value !== undefined) answer.body = value
      },
    )
    call.on('metadata', (metadata: Metadata) => {
      answer.metadata = metadata
    })
    call.on('status', ({code, details, metadata}) => {
      setImmediate(() => resolve({...answer, code, details, trailers: metadata}))
    })
  })

export const download = (client: Client, body: string) =>
  client.makeServerStreamRequest('/shop.Shop/Download', asIs, asIs, Buffer.from(body), new Metadata())

export const upload = (client: Client, done: (error: Error | null, value?: Buffer) => void) =>
  client.makeClientStreamRequest('/shop.Shop/Upload', asIs, asIs, new Metadata(), done)

export const talk = (client: Client) => client.makeBidiStreamRequest('/shop.Shop/Talk', asIs, asIs, new Metadata())
