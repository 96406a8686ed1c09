import type Docker from 'dockerode'
import type {Header} from 'tar-stream'

import type {Image, ImageEntry} from '../../../lifecycle/ports.ts'
import {call, openStream} from '../call.ts'
import type {Client} from '../client.ts'
import {layerRefused} from '../layers/refused.ts'
import {statusOf} from '../translate-errors.ts'
import {trialContainer} from '../trial/trial-container.ts'
import {ancestorsOf} from './ancestors.ts'
import {eachOf} from './each-of.ts'
import {entriesOf} from './entries-of.ts'
import {entryOf} from './entry.ts'
import {isEngines, type Entry} from './exported.ts'
import type {Entries} from './look.ts'

/**
 * Docker's archive call: it doesn't follow a link at the end of a path, but those on the way, and what is below a link is not in the image at
 * that path. So every directory on the way is asked for its kind too, which is cheap; a header of an archive costs the engine a process.
 */
export const lookInContainer = async (
  client: Client,
  image: Image,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Entries> => {
  await using trial = await trialContainer(client, image, signal)
  const {container} = trial
  const found = new Map<string, ImageEntry>()
  await eachOf(await thereIn(container, paths, signal), async (path) => {
    const entry = await firstEntry(container, path, signal, async ({header}) => entryOf(header))
    if (entry === undefined) throw layerRefused(`the engine says nothing of ${path}`)
    found.set(path, entry)
  })
  return found
}

/** Those of the paths that a container has. */
export const thereIn = async (
  container: Docker.Container,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string[]> => {
  const kinds = new Map<string, Kind>()
  const asked = new Set(paths.filter((path) => !isEngines(path)).flatMap((path) => [...ancestorsOf(path), path]))
  await eachOf([...asked], async (path) => void kinds.set(path, await kindOf(container, path, signal)))
  return paths.filter((path) => isThere(path, kinds))
}

type Kind = 'directory' | 'else' | 'missing' | 'unclear'

const isThere = (path: string, kinds: ReadonlyMap<string, Kind>): boolean => {
  if (isEngines(path) || ancestorsOf(path).some((above) => kinds.get(above) !== 'directory')) return false
  if (kinds.get(path) === 'unclear') throw layerRefused(`the engine can't say what is at ${path}`)
  return kinds.get(path) !== 'missing'
}

// Of Go's os.FileMode, which the engine states.
const directoryBit = 2 ** 31

const kindOf = async (container: Docker.Container, path: string, signal: AbortSignal): Promise<Kind> => {
  try {
    const answer = (await call(`looking at ${path}`, signal, (abortSignal) =>
      container.infoArchive({path, abortSignal}),
    )) as {headers: Record<string, string>; resume(): void}
    answer.resume()
    const {mode} = JSON.parse(
      Buffer.from(answer.headers['x-docker-container-path-stat'] ?? '', 'base64').toString(),
    ) as {mode: number}
    return mode >= directoryBit ? 'directory' : 'else'
  } catch (error) {
    if (statusOf(error) === 404) return 'missing'
    // Below a file, and a link that leads to itself.
    if (statusOf(error) === 500) return 'unclear'
    throw error
  }
}

/** The archive begins with the path itself; the rest is not waited for. Undefined where it has gone meanwhile. */
export const firstEntry = async <T>(
  container: Docker.Container,
  path: string,
  signal: AbortSignal,
  read: (entry: {header: Header; entry: Entry}) => Promise<T>,
): Promise<T | undefined> => {
  const closing = new AbortController()
  const connection = AbortSignal.any([signal, closing.signal])
  try {
    const stream = await openStream(`looking at ${path}`, connection, (abortSignal) =>
      container.getArchive({path, abortSignal}),
    )
    for await (const entry of entriesOf(stream, connection)) {
      const result = await read({header: entry.header, entry})
      entry.resume()
      return result
    }
  } catch (error) {
    if (statusOf(error) !== 404) throw signal.aborted ? signal.reason : error
  } finally {
    closing.abort()
  }
  return undefined
}
