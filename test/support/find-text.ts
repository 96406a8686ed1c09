import {createReadStream} from 'node:fs'
import {readdir, statfs} from 'node:fs/promises'
import path from 'node:path'

/** Whether a stream has a text in it, wherever its chunks end. */
export const streamHas = async (stream: AsyncIterable<Buffer | string>, text: string): Promise<boolean> => {
  const wanted = Buffer.from(text)
  let rest: Buffer = Buffer.alloc(0)
  let found = false
  for await (const chunk of stream) {
    if (found) continue
    const data = Buffer.concat([rest, Buffer.from(chunk)])
    found = data.includes(wanted)
    rest = data.subarray(Math.max(0, data.length - wanted.length + 1))
  }
  return found
}

/** Files below a directory that have a text in them. */
export const filesWith = async (directory: string, text: string): Promise<string[]> => {
  const entries = await readdir(directory, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  const having = await Promise.all(files.map(async (file) => streamHas(createReadStream(file), text)))
  return files.filter((_, index) => having[index])
}

/** statfs(2): TMPFS_MAGIC */
const tmpfs = 0x01021994

/** Whether a file is in memory alone. */
export const isInMemory = async (file: string): Promise<boolean> => (await statfs(file)).type === tmpfs
