import type {Exchange} from '../exchange.ts'
import {maxSampleBytes, maxSamples} from '../limits.ts'
import type {AnswerIn} from '../message.ts'
import type {Observer} from '../mirror.ts'
import type {RecordedBody, RecordedExchange, Recorder} from './recorder.ts'

/** What is kept of an exchange that somebody records, while it goes on. */
export interface Sample extends Observer {
  /** a piece of the request's body was passed on */
  sent(chunk: Buffer): void
}

/** Undefined where nobody wants this one: no recorder is told of all. */
export const beginSample = (exchange: Exchange): Sample | undefined => {
  const {route, request, response, upgrade, grpc} = exchange
  if (upgrade !== undefined || grpc) return undefined
  const takers = (route.recorders ?? []).filter((recorder) => isWanted(recorder, request.method ?? ''))
  if (takers.length === 0) return undefined
  for (const taker of takers) taker.underWay++
  const time = new Date().toISOString()
  const startMs = performance.now()
  const requestBody = keeping()
  let body = keeping()
  let incoming: AnswerIn | undefined
  let waitMs = 0
  let isOver = false
  const end = (): void => {
    if (isOver) return
    isOver = true
    for (const taker of takers) taker.underWay--
  }
  response.once('close', () => {
    if (isOver) return
    end()
    // Half an answer, or one of the proxy's own, says nothing of the application.
    if (incoming === undefined || !response.writableFinished || exchange.broken) return
    const answer = {
      ...answerOf(exchange, incoming),
      waitMs,
      ms: rounded(performance.now() - startMs),
      requestBody: requestBody.kept(),
      body: body.kept(),
    }
    for (const taker of takers) taker.take({type: 'exchange', time, ...answer})
  })
  return {
    sent: (chunk) => requestBody.add(chunk),
    head(answer) {
      incoming = answer
      waitMs = rounded(performance.now() - startMs)
      body = keeping()
      // It may last for hours, and is no answer that another can be compared with.
      if (answer.headers['content-type']?.startsWith('text/event-stream')) end()
    },
    data(chunk) {
      if (!isOver) body.add(chunk)
    },
    end: () => undefined,
  }
}

/** Both see the answer. */
export const observedByBoth = (sample: Sample, other: Observer | undefined): Observer =>
  other === undefined
    ? sample
    : {
        head(incoming) {
          sample.head(incoming)
          other.head(incoming)
        },
        data(chunk) {
          sample.data(chunk)
          other.data(chunk)
        },
        end: () => other.end(),
      }

const isWanted = (recorder: Recorder, method: string): boolean => {
  const {wish} = recorder
  if (!wish.methods.includes(method) || recorder.seen++ % wish.every !== 0) return false
  if (recorder.underWay < maxSamples) return true
  recorder.drop()
  return false
}

const answerOf = (
  {route, request, upstream}: Exchange,
  incoming: AnswerIn,
): Omit<RecordedExchange, 'type' | 'time' | 'requestBody' | 'body' | 'waitMs' | 'ms'> => {
  const {project, environment, app} = route.request
  const scheme = request.socket.encrypted === true ? 'https' : 'http'
  return {
    project,
    environment,
    app,
    release: upstream?.target.release,
    method: request.method ?? '',
    url: `${scheme}://${request.headers.host ?? ''}${request.url ?? '/'}`,
    protocol: `HTTP/${request.httpVersion}`,
    requestHeaders: request.rawHeaders,
    status: incoming.statusCode ?? 0,
    reason: incoming.statusMessage ?? '',
    headers: incoming.rawHeaders,
  }
}

const keeping = (): {add(chunk: Buffer): void; kept(): RecordedBody} => {
  const chunks: Buffer[] = []
  let bytes = 0
  return {
    add(chunk) {
      bytes += chunk.length
      if (bytes <= maxSampleBytes) chunks.push(chunk)
      else chunks.length = 0
    },
    kept: () => ({bytes, base64: bytes <= maxSampleBytes ? Buffer.concat(chunks).toString('base64') : undefined}),
  }
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100
