import type {LogLine, LogOptions} from '../../lifecycle/ports.ts'
import {call, openStream, readStream} from './call.ts'
import type {Client} from './client.ts'
import {frames} from './frames.ts'
import {logLines} from './log-lines.ts'
import {missedEnd, type Progress} from './missed-end.ts'
import {statusOf} from './translate-errors.ts'

/** Output of a container, none for one that is gone. A follow ends with the container. */
export async function* logs(
  client: Client,
  id: string,
  {follow, ...range}: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, undefined> {
  try {
    yield* follow ? followed(client, id, range, signal) : printed(client, id, range, signal)
  } catch (error) {
    // 409: being removed.
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error
  }
}

type Range = Pick<LogOptions, 'tail' | 'sinceMs'>

const doing = (id: string) => `reading the output of container ${id}`

const query = ({tail, sinceMs}: Range) => ({
  stdout: true,
  stderr: true,
  timestamps: true,
  ...(tail === undefined ? {} : {tail}),
  // Whole seconds, which every engine understands; what is too early is left out by `within`.
  ...(sinceMs === undefined ? {} : {since: Math.floor(sinceMs / 1000)}),
})

/** What there is now: at most what the log driver keeps. */
async function* printed({docker}: Client, id: string, range: Range, signal: AbortSignal) {
  const output = await call(doing(id), signal, (abortSignal) =>
    docker.getContainer(id).logs({...query(range), follow: false, abortSignal}),
  )
  yield* within(range, logLines(frames([output])))
}

async function* followed(client: Client, id: string, range: Range, signal: AbortSignal) {
  // A removal by this process waits until the last lines are read.
  using reading = new DisposableStack()
  reading.use(client.followers.add(id))
  let last: LogLine | undefined
  try {
    for await (const line of within(range, logLines(frames(stream(client, id, range, signal))))) {
      last = line
      yield line
    }
  } catch (error) {
    // Thrown and not just ended, so that half a line is not told as one: it is whole in the rest.
    if (error !== endMissed) throw error
  }
  // Docker 20.10 ends a follow without the lines that came with the container's end, three times of four: they are fetched.
  const rest = await Array.fromAsync(printed(client, id, last ? {sinceMs: Math.floor(last.timeMs) - 1} : range, signal))
  yield* rest.slice(rest.findLastIndex((line) => same(line, last)) + 1)
}

const same = (line: LogLine, other: LogLine | undefined): boolean =>
  line.timeMs === other?.timeMs && line.stream === other.stream && line.text === other.text

async function* within({sinceMs = -Infinity}: Range, lines: AsyncIterable<LogLine>) {
  for await (const line of lines) if (line.timeMs > sinceMs) yield line
}

const endMissed = Symbol('the container has ended, and the follow of its output has not')

/** Ends by throwing `endMissed` where the engine does not end it. */
async function* stream(
  client: Client,
  id: string,
  range: Range,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  // Closes the connections also when the reader stops before the end.
  const closing = new AbortController()
  const connection = AbortSignal.any([signal, closing.signal])
  const progress: Progress = {steps: 0, waiting: true}
  // Podman 4.3 misses the end of a container that lives for an instant, and its follow would never end.
  if (client.libpod)
    void missedEnd(client, id, progress, connection).then(
      () => closing.abort(endMissed),
      () => {},
    )
  try {
    const output = await openStream(doing(id), connection, (abortSignal) =>
      client.docker.getContainer(id).logs({...query(range), follow: true, abortSignal}),
    )
    for await (const chunk of readStream(doing(id), output, connection)) {
      progress.steps++
      progress.waiting = false
      yield chunk
      progress.waiting = true
    }
  } finally {
    closing.abort()
  }
}
