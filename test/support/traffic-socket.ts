import {once} from 'node:events'

import {WebSocket, type RawData} from 'ws'

import type {Ask} from './traffic-request.ts'

export interface EchoSocket extends Disposable {
  /** Sends a text and resolves with the answer to it. */
  say(text: string): Promise<string>
  close(): void
  /** resolves when the connection has ended, whoever ended it */
  readonly closed: Promise<void>
}

/** A WebSocket through the proxy. */
export const openSocket = async ({origin, host}: Pick<Ask, 'origin' | 'host'>): Promise<EchoSocket> => {
  const socket = new WebSocket(origin.replace('http:', 'ws:'), {headers: {host}})
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await once(socket, 'open')
  return {
    closed,
    async say(text) {
      const answered = once(socket, 'message') as Promise<[RawData]>
      socket.send(text)
      const gone = closed.then(() => Promise.reject(new Error('closed before it answered')))
      const [answer] = await Promise.race([answered, gone])
      return (answer as Buffer).toString()
    },
    close: () => socket.close(),
    [Symbol.dispose]: () => socket.terminate(),
  }
}
