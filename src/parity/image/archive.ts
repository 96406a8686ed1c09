import path from 'node:path'

import {type Blob, readBlob, type Reading} from './blob.ts'
import {entriesOf} from './entries.ts'
import {damaged, refused} from './failures.ts'
import {imagePath} from './path.ts'
import {readPlain} from './plain.ts'
import {isHeader} from './tar/header.ts'

/** What an archive holds, by the path in it. */
export interface Archive {
  find(name: string): Blob | undefined
}

/** More files than an archive of layers has, however many images are in it. */
const mostFiles = 50_000

/**
 * Reads an archive once, from its beginning to its end, as it comes: manifests are last in some archives and first in others, so all layers
 * are read, and which count is found out afterwards.
 */
export const readArchive = async (
  stream: AsyncIterable<Buffer>,
  reading: Reading,
  signal: AbortSignal,
): Promise<Archive> => {
  const blobs = new Map<string, Blob>()
  const links = new Map<string, string>()
  // Whoever sends it is told to end, also where it makes no sense half way.
  await using ends = new AsyncDisposableStack()
  const parts = stream[Symbol.asyncIterator]()
  ends.defer(async () => void (await parts.return?.()))
  await readPlain(
    parts,
    reading.budget.limits,
    async ({head, all}) => {
      if (!isHeader(head)) throw damaged('it is no tar archive')
      for await (const {header, bytes} of entriesOf(all)) {
        const name = imagePath(header.name, reading.budget.limits)
        if (blobs.size + links.size >= mostFiles) throw refused(`the archive has more than ${mostFiles} files`)
        const target = linkTarget(name, header)
        if (target !== undefined) links.set(name, target)
        const blob = await readBlob(bytes, reading, signal)
        if (header.type !== '0') continue
        // Programs differ in whether the first or the last counts: somebody may want them to see different images.
        const same = blobs.get(name)
        if (same !== undefined && same.digest !== blob.digest) throw refused(`the archive has ${name.slice(1)} twice`)
        checkName(name, blob)
        blobs.set(name, blob)
      }
    },
    signal,
  )
  return {find: (name) => blobs.get(followed(imagePath(name, reading.budget.limits), links))}
}

/** A layer that is there already is a link to it in archives of older Docker. */
const linkTarget = (name: string, header: {type: string; linkname: string}): string | undefined => {
  if (header.type === '1') return path.posix.join('/', header.linkname)
  return header.type === '2' ? path.posix.resolve(path.posix.dirname(name), header.linkname) : undefined
}

const mostLinks = 8

const followed = (name: string, links: ReadonlyMap<string, string>): string => {
  let at = name
  for (let hops = 0; links.has(at); hops++) {
    if (hops === mostLinks) throw refused(`the archive has links that lead nowhere: ${name.slice(1)}`)
    at = links.get(at) ?? at
  }
  return at
}

const checkName = (name: string, {digest}: Blob): void => {
  const named = /^\/blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1]
  if (named !== undefined && digest !== `sha256:${named}`)
    throw damaged(`${name.slice(1)} has another content than its name says`)
}
