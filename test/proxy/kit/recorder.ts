import {createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'

import type {ExecutionContext} from 'ava'

/** An upstream by hand: it keeps each message as it came and answers it with the bytes it was given. */
export interface Recorder {
  readonly port: number
  /** in the order in which they were complete */
  readonly messages: string[]
  /** pieces of the answer to each message, written one after the other; `end`: then it ends the connection */
  answer: {pieces: readonly string[]; end: boolean}
}

export const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

export const startRecorder = async (t: ExecutionContext): Promise<Recorder> => {
  const sockets = new Set<Socket>()
  const messages: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    let unread = ''
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
    socket.setEncoding('latin1').on('data', (text: string) => {
      unread += text
      for (let end = endOfMessage(unread); end > 0; end = endOfMessage(unread)) {
        messages.push(unread.slice(0, end))
        unread = unread.slice(end)
        void answerWith(socket, recorder.answer)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const recorder: Recorder = {
    port: (server.address() as AddressInfo).port,
    messages,
    answer: {pieces: [ok], end: false},
  }
  return recorder
}

const answerWith = async (socket: Socket, {pieces, end}: Recorder['answer']): Promise<void> => {
  await writePieces(socket, pieces)
  if (end) socket.end()
}

/** Each piece in a turn of its own, so that it arrives as one. */
export const writePieces = async (socket: Socket, pieces: readonly string[]): Promise<void> => {
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await new Promise(setImmediate)
    socket.write(piece, 'latin1')
  }
}

/** Of messages that a proxy has put together: they are in order. 0: not yet complete. */
const endOfMessage = (text: string): number => {
  const headEnd = text.indexOf('\r\n\r\n') + 4
  if (headEnd < 4) return 0
  const head = text.slice(0, headEnd)
  if (/\r\ntransfer-encoding: chunked\r\n/i.test(head)) {
    const last = /(?:^|\r\n)0\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(text.slice(headEnd))
    return last === null ? 0 : headEnd + last.index + last[0].length
  }
  const end = headEnd + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? 0)
  return text.length < end ? 0 : end
}
