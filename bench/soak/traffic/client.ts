import {request} from 'node:http'
import type {Agent, IncomingMessage} from 'node:http'
import {buffer} from 'node:stream/consumers'
import {setTimeout as sleep} from 'node:timers/promises'

import type {Journal} from '../journal.ts'

/** What a client of a soak gets. It asks again and again until the signal, and writes down how each went. */
export interface ClientContext {
  port: number
  host: string
  journal: Journal
  /** the generation that has the traffic for sure */
  liveGeneration: () => number
  signal: AbortSignal
}

export type Client = (context: ClientContext) => Promise<void>

export interface Ask {
  kind: string
  path: string
  agent: Agent | false
  body?: Buffer
  /** writes the body, where it is not sent at once */
  send?: (write: (chunk: Buffer) => Promise<void>) => Promise<void>
  read?: (response: IncomingMessage) => Promise<Buffer>
  /** what is wrong with the answer; undefined: nothing */
  check: (body: Buffer, response: IncomingMessage) => string | undefined
}

const giveUpMs = 60_000
const afterFailureMs = 100

/** One request, written down; whether it went well. */
export const askOnce = async ({port, host, journal, liveGeneration}: ClientContext, ask: Ask): Promise<boolean> => {
  const {kind, path, agent, body, send, read = buffer, check} = ask
  const startMs = journal.now()
  const generation = liveGeneration()
  const method = body === undefined && send === undefined ? 'GET' : 'POST'
  let response: IncomingMessage | undefined
  const fail = (reason: string): boolean => {
    journal.failed({
      kind,
      reason,
      startMs,
      answered: response !== undefined && (response.statusCode ?? 0) < 500,
      repeatable: method === 'GET',
      release: releaseOf(response),
    })
    return false
  }
  try {
    const outgoing = request({host: '127.0.0.1', port, path, method, agent, headers: {host}, timeout: giveUpMs})
    const answered = Promise.withResolvers<IncomingMessage>()
    outgoing.once('timeout', () => outgoing.destroy(new Error(`nothing for ${giveUpMs} ms`)))
    outgoing
      .once('response', answered.resolve)
      .once('error', answered.reject)
      .once('close', () => answered.reject(new Error('closed without an answer')))
    answered.promise.catch(() => undefined)
    if (send === undefined) outgoing.end(body)
    else {
      await send(
        async (chunk) =>
          new Promise((resolve, reject) => outgoing.write(chunk, (error) => (error ? reject(error) : resolve()))),
      )
      outgoing.end()
    }
    response = await answered.promise
    const received = await read(response)
    const wrong = response.statusCode === 200 ? check(received, response) : `status ${response.statusCode}`
    if (wrong !== undefined) return fail(wrong)
    if (generationOf(response) < generation)
      return fail(`answered by ${releaseOf(response)}, though generation ${generation} had the traffic already`)
    journal.passed(kind)
    return true
  } catch (error) {
    return fail((error as NodeJS.ErrnoException).code ?? (error as Error).message)
  }
}

export const releaseOf = (response: IncomingMessage | undefined): string | undefined => {
  const header = response?.headers['x-imm-release']
  return Array.isArray(header) ? header[0] : header
}

const generationOf = (response: IncomingMessage): number => Number(/^r(\d+)-/.exec(releaseOf(response) ?? '')?.[1] ?? 0)

/** The same again and again, with a pause of up to `pauseMs`. A failure is followed by a longer one, so that an outage is no flood. */
export const repeat = async (
  {signal}: ClientContext,
  pauseMs: number,
  work: (count: number) => Promise<boolean>,
): Promise<void> => {
  for (let count = 0; !signal.aborted; count++) {
    const well = await work(count)
    await sleep(well ? Math.random() * pauseMs : afterFailureMs, undefined, {signal}).catch(() => undefined)
  }
}
