import {createServer} from 'node:net'
import type {AddressInfo, Socket} from 'node:net'

import type {ExecutionContext} from 'ava'

import {readRequests} from './messages.ts'
import type {Message} from './messages.ts'

/** An application that records what reaches it, byte for byte, and answers each request once it is whole. */
export interface Recorder {
  port: number
  /** whole requests over all connections, in the order in which they became whole */
  requests: readonly Message[]
  /** all bytes of each connection, latin1 */
  connections: readonly {received: string; socket: Socket}[]
  /** what no strict reader would take, and rests of requests that never became whole */
  faults(): string[]
}

export const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** `answer`: what to write for a request; undefined: nothing (yet). */
export const startRecorder = async (
  t: ExecutionContext,
  answer: (request: Message, socket: Socket, index: number) => string | undefined = () => ok,
): Promise<Recorder> => {
  const requests: Message[] = []
  const connections: {received: string; socket: Socket}[] = []
  const server = createServer({noDelay: true}, (socket) => {
    const connection = {received: '', socket}
    connections.push(connection)
    let answered = 0
    socket.on('error', () => undefined)
    socket.setEncoding('latin1').on('data', (text: string) => {
      connection.received += text
      const {messages} = readRequests(connection.received)
      for (; answered < messages.length; answered++) {
        const request = messages[answered] as Message
        requests.push(request)
        const reply = answer(request, socket, requests.length - 1)
        if (reply !== undefined) socket.write(reply, 'latin1')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    for (const {socket} of connections) socket.destroy()
  })
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    connections,
    faults: () =>
      connections.flatMap(({received}) => {
        const {fault, rest} = readRequests(received)
        return fault ?? (rest === '' ? [] : [`rest ${JSON.stringify(rest)}`])
      }),
  }
}
