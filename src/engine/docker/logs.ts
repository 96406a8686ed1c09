import type {LogLine, LogOptions} from '../../lifecycle/ports.ts'
import {call, openStream, readStream} from './call.ts'
import type {Client} from './client.ts'
import {frames} from './frames.ts'
import {logLines} from './log-lines.ts'
import {statusOf} from './translate-errors.ts'

/** Output of a container, none for one that is gone. A follow ends with the container. */
export async function* logs(
  client: Client,
  id: string,
  {follow, tail, sinceMs}: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, undefined> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(tail === undefined ? {} : {tail}),
    // Whole seconds, which every engine understands; what is too early is left out below.
    ...(sinceMs === undefined ? {} : {since: Math.floor(sinceMs / 1000)}),
  }
  try {
    const chunks = follow ? followed(client, id, query, signal) : [await printed(client, id, query, signal)]
    for await (const line of logLines(frames(chunks))) if (sinceMs === undefined || line.timeMs > sinceMs) yield line
  } catch (error) {
    if (statusOf(error) !== 404) throw error
  }
}

type Query = Pick<LogOptions, 'tail'> & {stdout: boolean; stderr: boolean; timestamps: boolean; since?: number}

const doing = (id: string) => `reading the output of container ${id}`

/** At most what the log driver keeps. */
const printed = ({docker}: Client, id: string, query: Query, signal: AbortSignal): Promise<Buffer> =>
  call(doing(id), signal, (abortSignal) => docker.getContainer(id).logs({...query, follow: false, abortSignal}))

async function* followed(
  {docker}: Client,
  id: string,
  query: Query,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  // Closes the connection also when the reader stops before the end.
  const closing = new AbortController()
  const connection = AbortSignal.any([signal, closing.signal])
  try {
    const stream = await openStream(doing(id), connection, (abortSignal) =>
      docker.getContainer(id).logs({...query, follow: true, abortSignal}),
    )
    yield* readStream(doing(id), stream, connection)
  } finally {
    closing.abort()
  }
}
