import type Docker from 'dockerode'

import type {Holder, ImageFile} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {eachOf} from './each-of.ts'
import {exportOf} from './exported.ts'
import {fileOf} from './files.ts'
import {containerOf} from './holder.ts'
import {firstEntry, thereIn} from './look-in-container.ts'

type Files = ReadonlyMap<string, ImageFile>

/** An archive call costs the engine some 10 ms, an export of a common image a second. */
const fewPaths = 80

/** What a container or an image has at absolute paths, with its content. */
export const inside = async (
  client: Client,
  of: Holder,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Files> => {
  if (paths.length === 0) return new Map()
  await using holder = await containerOf(client, of, signal)
  // Podman's archive call follows links and forgets owners.
  const exact = client.libpod === undefined && paths.length <= fewPaths
  return await (exact ? inArchives : inExport)(holder.container, paths, signal)
}

const inArchives = async (container: Docker.Container, paths: readonly string[], signal: AbortSignal) => {
  const found = new Map<string, ImageFile>()
  await eachOf(await thereIn(container, paths, signal), async (path) => {
    const file = await firstEntry(container, path, signal, ({header, entry}) =>
      // What is in a directory comes after it, and would be read in vain.
      fileOf(path, header, entry),
    )
    if (file) found.set(path, file)
  })
  return found
}

const inExport = async (container: Docker.Container, paths: readonly string[], signal: AbortSignal) => {
  const all = new Map<string, ImageFile>()
  const names = new Map<string, string>()
  for await (const {path, header, entry} of exportOf(container, signal)) {
    const file = await fileOf(path, header, entry)
    all.set(path, file)
    if (header.type === 'link') names.set(path, file.content)
  }
  const found = new Map<string, ImageFile>()
  for (const path of paths) {
    const own = all.get(path)
    // Which of its names a file comes under, and which are only links to that, is the engine's choice.
    const file = all.get(names.get(path) ?? '') ?? own
    if (own && file) found.set(path, {...own, size: file.size, content: file.content})
  }
  return found
}
