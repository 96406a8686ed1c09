import {Readable} from 'node:stream'

import {pack} from 'tar-stream'

import type {StoredContent} from '../../../lifecycle/ports.ts'
import {call, openStream} from '../call.ts'
import {gathered} from '../canonical/tar-blocks.ts'
import type {Client} from '../client.ts'
import {entriesOf} from '../inside/entries-of.ts'
import {statusOf} from '../translate-errors.ts'
import {volumeHelper} from './helper.ts'

/** A tar says how long an entry is before it begins, and a stream doesn't know: it is kept in pieces. */
const pieceBytes = 4 * 2 ** 20

const at = '/volume'

/** Puts a stream into a volume, as files whose names are in its order. */
export const storeInVolume = async (
  client: Client,
  {volume, labels, content, onProgress}: StoredContent,
  signal: AbortSignal,
): Promise<{bytes: number}> => {
  await using helper = await volumeHelper(client, {[at]: {volume, readOnly: false}}, labels, signal)
  let bytes = 0
  const tar = pack()
  const fill = async (): Promise<void> => {
    let number = 0
    for await (const piece of gathered(content, pieceBytes)) {
      const name = `part-${String(number++).padStart(8, '0')}`
      await new Promise<void>((resolve, reject) => {
        tar.entry({name, mode: 0o600, mtime: new Date(), size: piece.length}, piece, (error) =>
          error ? reject(error) : resolve(),
        )
      })
      bytes += piece.length
      onProgress({doneBytes: bytes, totalBytes: undefined})
    }
    tar.finalize()
  }
  const filling = fill().catch((error: unknown) => {
    tar.destroy(error as Error)
  })
  // What fails while it is made must not look like an archive that ended.
  const body = Readable.from(tar)
  const putting = call(
    `writing into volume ${volume}`,
    signal,
    (abortSignal) => helper.container.putArchive(body, {path: at, abortSignal}),
    Infinity,
  )
  await Promise.all([putting, filling])
  return {bytes}
}

/** The stream that was put into a volume. */
export async function* storedInVolume(
  client: Client,
  volume: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  await using helper = await volumeHelper(client, {[at]: {volume, readOnly: true}}, labels, signal)
  const closing = new AbortController()
  const connection = AbortSignal.any([signal, closing.signal])
  const read = async (path: string) =>
    openStream(`reading volume ${volume}`, connection, (abortSignal) =>
      helper.container.getArchive({path, abortSignal}),
    )
  try {
    // One after the other: the engine lists a directory in an order of its own.
    for (let number = 0; ; number += 1) {
      const path = `${at}/part-${String(number).padStart(8, '0')}`
      const stream = await read(path).catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined
        throw error
      })
      if (stream === undefined) return
      for await (const entry of entriesOf(stream, connection)) for await (const chunk of entry) yield chunk as Buffer
    }
  } finally {
    closing.abort()
  }
}
