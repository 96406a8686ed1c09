import type {Header} from 'tar-stream'

import type {Holder} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {exportOf, type Entry} from './exported.ts'
import {containerOf} from './holder.ts'
import {firstEntry, thereIn} from './look-in-container.ts'

/** The content of one file of a container or an image; undefined where there is none. */
export const content = async (
  client: Client,
  of: Holder,
  path: string,
  signal: AbortSignal,
): Promise<Buffer | undefined> => {
  await using holder = await containerOf(client, of, signal)
  const {container} = holder
  if (!client.libpod) {
    if ((await thereIn(container, [path], signal)).length === 0) return undefined
    return await firstEntry(container, path, signal, async ({header, entry}) =>
      header.type === 'file' ? bytesOf(entry) : undefined,
    )
  }
  const wanted = new Set([path])
  for await (const {path: at, header, entry} of exportOf(container, signal)) {
    if (!wanted.has(at)) entry.resume()
    else if (header.type === 'file') return await bytesOf(entry)
    else return header.type === 'link' ? await content(client, of, targetOf(header), signal) : undefined
  }
  return undefined
}

/** A second name of a file leads to the first. */
const targetOf = ({linkname}: Header): string => `/${(linkname ?? '').replace(/^\.?\/+/, '')}`

const bytesOf = async (entry: Entry): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(entry as AsyncIterable<Buffer>))
