import {connect} from 'node:net'
import type {Socket} from 'node:net'

export interface Answer {
  status: number
  body: Buffer
}

/** A kept connection that costs next to nothing beside what it measures: answers with a length, one at a time. */
export interface Connection {
  /** Rejects where the connection ends before the answer does. */
  ask(host: string, path: string): Promise<Answer>
  readonly usable: boolean
  close(): void
}

export const openConnection = async (port: number): Promise<Connection> => {
  const socket = connect({port, host: '127.0.0.1', noDelay: true})
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject)
  })
  return connectionOn(socket)
}

const connectionOn = (socket: Socket): Connection => {
  let waiting: PromiseWithResolvers<Answer> | undefined
  let received: Buffer[] = []
  let bytes = 0
  let expected: {status: number; headBytes: number; bodyBytes: number} | undefined
  const lose = (error: Error): void => {
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('error', lose)
  socket.on('close', () => lose(new Error('the connection ended before the answer did')))
  socket.on('data', (chunk: Buffer) => {
    received.push(chunk)
    bytes += chunk.length
    expected ??= headOf(received.length === 1 ? chunk : Buffer.concat(received))
    if (expected === undefined || bytes < expected.headBytes + expected.bodyBytes) return
    const {status, headBytes} = expected
    const body = Buffer.concat(received).subarray(headBytes)
    const answered = waiting
    received = []
    bytes = 0
    expected = undefined
    waiting = undefined
    answered?.resolve({status, body})
  })
  return {
    async ask(host, path) {
      waiting = Promise.withResolvers<Answer>()
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
      return waiting.promise
    },
    get usable() {
      return !socket.destroyed && socket.writable && !socket.readableEnded
    },
    close() {
      socket.destroy()
    },
  }
}

const headOf = (received: Buffer): {status: number; headBytes: number; bodyBytes: number} | undefined => {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = received.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a length: ${head}`)
  return {status: Number(head.slice(9, 12)), headBytes: end + 4, bodyBytes: Number(length)}
}

export const oneAnswer = async (port: number, host: string, path: string): Promise<Answer> => {
  const connection = await openConnection(port)
  try {
    return await connection.ask(host, path)
  } finally {
    connection.close()
  }
}
