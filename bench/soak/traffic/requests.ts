import {createHash, randomBytes, randomInt} from 'node:crypto'
import {Agent} from 'node:http'
import type {IncomingMessage} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'

import {askOnce, repeat} from './client.ts'
import type {Client} from './client.ts'

/** Quick and slow GETs over a few kept connections. */
export const keptConnections: Client = async (context) => {
  using agent = disposableAgent(new Agent({keepAlive: true, maxSockets: 4}))
  await Promise.all(
    Array.from({length: 4}, async (_, client) =>
      repeat(context, 20, async (count) => {
        const id = `${client}-${count}`
        const ms = count % 5 === 0 ? randomInt(200) : 0
        return askOnce(context, {
          kind: 'kept connection',
          path: `/echo?id=${id}&ms=${ms}`,
          agent,
          check: (body) => echoes(body, id),
        })
      }),
    ),
  )
}

export const newConnections: Client = async (context) =>
  repeat(context, 20, async (count) => {
    const id = String(count)
    return askOnce(context, {
      kind: 'new connection',
      path: `/echo?id=${id}`,
      agent: false,
      check: (body) => echoes(body, id),
    })
  })

/** Up to 2 MB, with a length or in chunks, by turns; the application says what it got. */
export const uploads: Client = async (context) => {
  using agent = disposableAgent(new Agent({keepAlive: true}))
  await repeat(context, 100, async (count) => {
    const body = randomBytes(count % 10 === 0 ? randomInt(2_000_000) : randomInt(50_000))
    const digest = createHash('sha256').update(body).digest('hex')
    return askOnce(context, {
      kind: 'upload',
      path: '/upload',
      agent,
      ...(count % 2 === 0 ? {body} : {send: async (write) => write(body)}),
      check: (answer) => (answer.toString() === digest ? undefined : `digest ${answer.toString().slice(0, 64)}`),
    })
  })
}

const sipMs = 20
const sips = 40

/** Reads a megabyte in sips, then sends in sips: under way for about a second each, so over a flip. */
export const slowClients: Client = async (context) =>
  repeat(context, 100, async (count) => {
    if (count % 2 === 0) {
      return askOnce(context, {
        kind: 'slow download',
        path: '/download?bytes=1000000',
        agent: false,
        read: sip,
        check: (body, {headers}) =>
          headers['x-digest'] === createHash('sha256').update(body).digest('hex')
            ? undefined
            : `${body.length} bytes, not as sent`,
      })
    }
    const parts = Array.from({length: sips}, () => randomBytes(500))
    const digest = createHash('sha256').update(Buffer.concat(parts)).digest('hex')
    return askOnce(context, {
      kind: 'slow upload',
      path: '/upload',
      agent: false,
      async send(write) {
        for (const part of parts) {
          await write(part)
          await sleep(sipMs)
        }
      },
      check: (body) => (body.toString() === digest ? undefined : `digest ${body.toString().slice(0, 64)}`),
    })
  })

const sip = async (response: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    await sleep(sipMs)
  }
  return Buffer.concat(chunks)
}

const echoes = (body: Buffer, id: string): string | undefined =>
  body.toString().endsWith(` ${id}`) ? undefined : `said ${body.toString().slice(0, 100)}`

const disposableAgent = (agent: Agent): Agent & Disposable =>
  Object.assign(agent, {[Symbol.dispose]: () => agent.destroy()})
