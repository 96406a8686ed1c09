import {get, type Agent, type IncomingMessage} from 'node:http'

export interface Answer {
  status: number
  /** of `x-imm-release`; empty where it is not told */
  release: string
  body: string
}

export interface Ask {
  /** `http://127.0.0.1:7070` */
  origin: string
  /** Host header: not every resolver knows *.localhost */
  host: string
  path?: string
  headers?: Record<string, string>
  /** by default a connection of its own */
  agent?: Agent
}

// Longer than imm holds a request.
const answerTimeoutMs = 90_000

/** Resolves with the head; the body is the caller's. */
export const begin = ({origin, host, path = '/', headers = {}, agent}: Ask): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const outgoing = get(`${origin}${path}`, {headers: {host, ...headers}, agent: agent ?? false}, resolve)
    outgoing.setTimeout(answerTimeoutMs, () => outgoing.destroy(new Error(`no answer in ${answerTimeoutMs / 1000} s`)))
    outgoing.on('error', reject)
  })

export const bodyOf = async (response: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) body += part
  return body
}

export const releaseOf = ({headers}: IncomingMessage): string => String(headers['x-imm-release'] ?? '')

/** One request and all of its answer; rejects when it is cut off. */
export const request = async (ask: Ask): Promise<Answer> => {
  const response = await begin(ask)
  return {status: response.statusCode ?? 0, release: releaseOf(response), body: await bodyOf(response)}
}
