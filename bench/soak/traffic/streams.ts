import {request} from 'node:http'
import type {IncomingMessage} from 'node:http'

import {WebSocket} from 'ws'
import type {RawData} from 'ws'

import {releaseOf, repeat} from './client.ts'
import type {Client, ClientContext} from './client.ts'

const sayEveryMs = 50
const openTimeoutMs = 60_000

/** Echoes, one after the other, over a connection that is opened again when it is closed. */
export const webSockets: Client = async (context) => repeat(context, 100, async () => oneWebSocket(context))

const oneWebSocket = async ({port, host, journal, signal}: ClientContext): Promise<boolean> => {
  const kind = 'WebSocket'
  const startMs = journal.now()
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {headers: {host}, handshakeTimeout: openTimeoutMs})
  let release: string | undefined
  let answered = false
  let wanted = false
  let said = 0
  let heard = 0
  const over = Promise.withResolvers<void>()
  let reason = 'closed'
  socket.on('upgrade', (response) => (release = releaseOf(response)))
  socket.on('error', (error) => (reason = (error as NodeJS.ErrnoException).code ?? error.message))
  socket.on('close', () => over.resolve())
  socket.on('message', (data) => {
    if (textOf(data) === String(heard)) heard++
    else {
      reason = `heard ${textOf(data).slice(0, 50)} instead of ${heard}`
      socket.terminate()
    }
    journal.passed(`${kind} echo`)
  })
  const say = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN && said === heard) socket.send(String(said++))
  }, sayEveryMs)
  socket.on('open', () => {
    answered = true
    journal.passed(kind)
  })
  const onAbort = (): void => {
    wanted = true
    socket.terminate()
  }
  signal.addEventListener('abort', onAbort, {once: true})
  if (signal.aborted) onAbort()
  await over.promise
  clearInterval(say)
  signal.removeEventListener('abort', onAbort)
  if (!wanted) journal.failed({kind, reason, startMs, answered, repeatable: false, release})
  return false
}

const textOf = (data: RawData): string => (Buffer.isBuffer(data) ? data.toString() : '')

/** Reads numbered events; opens the stream again when it ends. */
export const eventStreams: Client = async (context) => repeat(context, 100, async () => oneStream(context))

const oneStream = async ({port, host, journal, signal}: ClientContext): Promise<boolean> => {
  const kind = 'event stream'
  const startMs = journal.now()
  let response: IncomingMessage | undefined
  let reason = 'ended'
  try {
    response = await new Promise<IncomingMessage>((resolve, reject) => {
      request({host: '127.0.0.1', port, path: '/events', agent: false, headers: {host}, signal})
        .once('response', resolve)
        .once('error', reject)
        .end()
    })
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
    journal.passed(kind)
    await readEvents(response, () => journal.passed(`${kind} event`))
  } catch (error) {
    reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message
  }
  const answered = response?.statusCode === 200
  if (!signal.aborted) journal.failed({kind, reason, startMs, answered, repeatable: true, release: releaseOf(response)})
  return false
}

const readEvents = async (response: IncomingMessage, onEvent: () => void): Promise<void> => {
  let rest = ''
  let next = 0
  for await (const text of response.setEncoding('utf8') as AsyncIterable<string>) {
    const events = (rest + text).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      if (!event.startsWith(`id: ${next}\n`)) throw new Error(`${event.slice(0, 50)} instead of ${next}`)
      next++
      onEvent()
    }
  }
}
