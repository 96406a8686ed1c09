import {connect, constants} from 'node:http2'
import type {ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, IncomingHttpStatusHeader} from 'node:http2'
import {text} from 'node:stream/consumers'

import {repeat} from './client.ts'
import type {Client, ClientContext} from './client.ts'

const streams = 4
const giveUpMs = 60_000

/** Streams side by side on a session that is opened again when it is lost. */
export const http2Sessions: Client = async (context) => {
  let session: ClientHttp2Session | undefined
  const opened = (): ClientHttp2Session => {
    if (session === undefined || session.closed || session.destroyed) {
      session = connect(`http://127.0.0.1:${context.port}`)
      session.on('error', () => undefined)
    }
    return session
  }
  await Promise.all(
    Array.from({length: streams}, async (_, client) =>
      repeat(context, 40, async (count) => oneStream(context, opened, `${client}-${count}`)),
    ),
  )
  session?.destroy()
}

/** As every client of HTTP/2 has to: what was not begun, because the connection was about to end, is sent again (RFC 9113 8.7). */
const mostTries = 3

const oneStream = async (
  context: ClientContext,
  opened: () => ClientHttp2Session,
  id: string,
  tries = 1,
): Promise<boolean> => {
  const {host, journal, liveGeneration} = context
  const kind = 'HTTP/2'
  const startMs = journal.now()
  const generation = liveGeneration()
  let headers: (IncomingHttpHeaders & IncomingHttpStatusHeader) | undefined
  const fail = (reason: string): boolean => {
    const release = releaseIn(headers)
    const answered = (headers?.[':status'] ?? 500) < 500
    journal.failed({kind, reason, startMs, answered, repeatable: true, release})
    return false
  }
  let stream: ClientHttp2Stream | undefined
  try {
    stream = opened().request({':path': `/echo?id=${id}`, ':authority': host})
    stream.setTimeout(giveUpMs, () => stream?.close(constants.NGHTTP2_CANCEL))
    stream.on('response', (received) => (headers = received))
    const body = await text(stream)
    if (headers?.[':status'] !== 200) return fail(`status ${headers?.[':status']}`)
    if (!body.endsWith(` ${id}`)) return fail(`said ${body.slice(0, 100)}`)
    if (Number(/^r(\d+)-/.exec(releaseIn(headers) ?? '')?.[1] ?? 0) < generation)
      return fail(`answered by ${releaseIn(headers)}, though generation ${generation} had the traffic already`)
    journal.passed(kind)
    return true
  } catch (error) {
    if (stream?.rstCode === constants.NGHTTP2_REFUSED_STREAM && headers === undefined && tries < mostTries)
      return oneStream(context, opened, id, tries + 1)
    return fail((error as NodeJS.ErrnoException).code ?? (error as Error).message)
  }
}

const releaseIn = (headers: IncomingHttpHeaders | undefined): string | undefined => {
  const header = headers?.['x-imm-release']
  return Array.isArray(header) ? header[0] : header
}

/** Whether the port speaks HTTP/2 without TLS. */
export const speaksHttp2 = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const session = connect(`http://127.0.0.1:${port}`)
    const settle = (speaks: boolean) => (): void => {
      session.destroy()
      resolve(speaks)
    }
    session.once('error', settle(false)).once('remoteSettings', settle(true)).once('close', settle(false))
  })
