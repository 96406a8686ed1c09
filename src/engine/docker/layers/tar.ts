import {pack} from 'tar-stream'

/** One file of an archive, or a directory where it has no content. */
export type ArchiveEntry = readonly [name: string, content?: Buffer | string, mode?: number]

// The same content must give the same archive.
const mtime = new Date(0)

/** An archive in memory. */
export const archiveOf = async (entries: readonly ArchiveEntry[]): Promise<Buffer> => {
  const tar = pack()
  for (const [name, content, mode] of entries) {
    const header = {name, mtime, mode: mode ?? (content === undefined ? 0o755 : 0o644)}
    if (content === undefined) tar.entry({...header, type: 'directory' as const})
    else tar.entry(header, content)
  }
  tar.finalize()
  return Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>))
}
