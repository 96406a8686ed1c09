import {connect} from 'node:net'
import type {Socket} from 'node:net'

import type {ExecutionContext} from 'ava'

import {until} from '../kit/client.ts'
import {shopHost, startTestProxy} from '../kit/proxy.ts'
import type {TestProxy} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'

/** The types of frames (RFC 9113 6). */
export const types = {data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, continuation: 9}
type FrameType = keyof typeof types

interface Frame {
  type: number
  flags: number
  stream: number
  payload: Buffer
}

export const frame = (type: FrameType, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(types[type], 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Fields as HPACK literals without indexing or Huffman (RFC 7541 6.2.2). */
export const block = (fields: readonly (readonly [string, string])[]): Buffer =>
  Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]))

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'latin1')
  if (bytes.length < 127) return Buffer.concat([Buffer.of(bytes.length), bytes])
  const length: number[] = [127]
  let rest = bytes.length - 127
  for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) | 128)
  return Buffer.concat([Buffer.of(...length, rest), bytes])
}

/** The head of a GET for the shop. */
export const get = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', shopHost],
] as const

/** A connection of frames, which may be what no client sends. */
export const openFrames = (t: ExecutionContext, port: number) => {
  const socket: Socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.on('error', () => undefined)
  const frames: Frame[] = []
  let rest = Buffer.alloc(0)
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes])
    while (rest.length >= 9) {
      const length = rest.readUIntBE(0, 3)
      if (rest.length < 9 + length) return
      const payload = rest.subarray(9, 9 + length)
      frames.push({type: rest[3] as number, flags: rest[4] as number, stream: rest.readUInt32BE(5), payload})
      rest = rest.subarray(9 + length)
    }
  })
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  socket.write(frame('settings', 0, 0))
  return {
    socket,
    frames,
    /** the first frame of a type that came for a stream */
    next: async (type: FrameType, stream: number): Promise<Frame> => {
      const found = (): Frame | undefined => frames.find((each) => each.type === types[type] && each.stream === stream)
      await until(() => found() !== undefined)
      return found() as Frame
    },
  }
}

/** A proxy whose application notes the fields of what reaches it, and how the first request ended. */
export const startCounted = async (
  t: ExecutionContext,
): Promise<TestProxy & {reached: () => readonly string[][]; ended: () => Promise<string>}> => {
  const proxy = await startTestProxy(t)
  const reached: string[][] = []
  const {promise: end, resolve} = Promise.withResolvers<string>()
  const upstream = await startUpstream(t, (request, response) => {
    reached.push(request.rawHeaders)
    request.resume().once('close', () => resolve(request.complete ? 'whole' : 'broken off'))
    request.once('error', () => undefined).once('end', () => response.end('ok'))
  })
  await proxy.flip(upstream.target(1))
  return {...proxy, reached: () => reached, ended: async () => end}
}
