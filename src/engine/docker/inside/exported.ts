import type Docker from 'dockerode'
import type {Extract, Header} from 'tar-stream'

import type {Image} from '../../../lifecycle/ports.ts'
import {openStream} from '../call.ts'
import type {Client} from '../client.ts'
import {translate} from '../translate-errors.ts'
import {trialContainer} from '../trial/trial-container.ts'
import {entriesOf} from './entries-of.ts'

export type Entry = Extract extends AsyncIterable<infer T> ? T : never

const doing = 'reading what an image holds'

/**
 * All entries of an image, from the export of a container that is never started. Whoever reads must read or `resume` each.
 * What the engine puts into every container, or mounts over it there, is left out: an application never sees what the image has in its place.
 */
export async function* exported(
  client: Client,
  image: Image,
  signal: AbortSignal,
): AsyncGenerator<Exported, void, undefined> {
  await using trial = await trialContainer(client, image, signal)
  yield* exportOf(trial.container, signal)
}

export interface Exported {
  path: string
  header: Header
  entry: Entry
}

/** The same of a container, whatever it does meanwhile; what is mounted into it is left out, too. */
export async function* exportOf(
  container: Docker.Container,
  signal: AbortSignal,
): AsyncGenerator<Exported, void, undefined> {
  const closing = new AbortController()
  const connection = AbortSignal.any([signal, closing.signal])
  try {
    const stream = await openStream(doing, connection, (abortSignal) => container.export({abortSignal}))
    for await (const entry of entriesOf(stream, connection)) {
      const path = pathOf(entry.header.name)
      if (path === '/' || engines.has(path)) entry.resume()
      else yield {path, header: entry.header, entry}
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : translate(error, doing)
  } finally {
    closing.abort()
  }
}

/** Docker makes them in every container (20.10, daemon/initlayer); each is its own or a mount when the container runs. */
const engines = new Set([
  '/.dockerenv',
  '/dev',
  '/dev/console',
  '/dev/pts',
  '/dev/shm',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
  '/proc',
  '/sys',
])

/** Whether the engine makes that file by itself in every container: found there, it says nothing of the image. */
export const isEngines = (path: string): boolean => engines.has(path)

const pathOf = (name: string): string => `/${name.replace(/^\.?\/+/, '').replace(/\/+$/, '')}`
