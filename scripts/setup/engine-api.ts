import {request} from 'node:http'
import type {Readable} from 'node:stream'
import {text} from 'node:stream/consumers'
import {pipeline} from 'node:stream/promises'

import type {Endpoint} from './endpoint.ts'

export interface Answer {
  status: number
  body: string
}

export interface Call {
  method: 'GET' | 'POST' | 'DELETE'
  /** path and query, without a version: the engine takes its newest */
  path: string
  body?: Readable
  /** each line of the answer as it arrives */
  onLine?(line: string): void
}

/**
 * One call of the Engine API. node:http and nothing of src, because this has to work on a machine where imm does not yet.
 * Rejects when there is no answer; a refusal is an answer.
 */
export const callEngine = async (endpoint: Endpoint, call: Call, signal: AbortSignal): Promise<Answer> => {
  const {url: _, ...where} = endpoint
  const outgoing = request({
    ...where,
    method: call.method,
    path: call.path,
    headers: {host: 'engine', ...(call.body ? {'content-type': 'application/x-tar'} : {})},
    agent: false,
    signal,
  })
  const answered = new Promise<Answer>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      let rest = ''
      if (call.onLine)
        response.on('data', (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) if (line.trim()) call.onLine?.(line)
        })
      text(response).then((body) => resolve({status: response.statusCode ?? 0, body}), reject)
    })
  })
  if (!call.body) outgoing.end()
  // An engine that refuses early closes the connection under the upload: its answer then says more than the broken pipe.
  const [sent, received] = await Promise.allSettled([call.body && pipeline(call.body, outgoing, {signal}), answered])
  if (received.status === 'fulfilled' && (received.value.status >= 400 || sent.status === 'fulfilled'))
    return received.value
  throw sent.status === 'rejected' ? sent.reason : (received as PromiseRejectedResult).reason
}

/** The error that the engine put into the body of a 200 answer, or of a refusal; undefined where all went well. */
export const engineError = ({status, body}: Answer): string | undefined => {
  const messages = body
    .split('\n')
    .map((line) => parse(line))
    .map((event) => event.errorDetail?.message ?? event.error ?? (status >= 400 ? event.message : undefined))
    .filter((message) => message !== undefined)
  return messages.at(-1) ?? (status >= 400 ? `status ${status}` : undefined)
}

interface Progress {
  error?: string
  errorDetail?: {message?: string}
  message?: string
}

const parse = (line: string): Progress => {
  try {
    return JSON.parse(line) as Progress
  } catch {
    return {}
  }
}
