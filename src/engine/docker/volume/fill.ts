import {Readable} from 'node:stream'

import type {CopiedVolume, VolumeFilling} from '../../../lifecycle/ports.ts'
import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {copyDirectory} from './direct.ts'
import {directoryArchive} from './directory-archive.ts'
import {volumeHelper} from './helper.ts'

/** Where the volume is in its helper. */
const name = 'volume'

/** Puts files into a volume: those of a directory by the file system where that can be done here, all others as a tar that the engine unpacks. */
export const fillVolume = async (
  client: Client,
  filling: VolumeFilling,
  signal: AbortSignal,
): Promise<CopiedVolume> => {
  const {to, from, onProgress} = filling
  const direct =
    'directory' in from ? await copyDirectory(client, {directory: from.directory, to, onProgress}, signal) : undefined
  return direct ?? fillStreamed(client, filling, signal)
}

/** The engine unpacks it. */
export const fillStreamed = async (
  client: Client,
  filling: VolumeFilling,
  signal: AbortSignal,
): Promise<CopiedVolume> => {
  const {from} = filling
  if ('archive' in from) return unpack(client, filling, from.archive, `/${name}`, signal)
  // From above, as copyStreamed does it: the directory's own owner and mode are the volume's, and links may lead out.
  return unpack(client, filling, directoryArchive(from.directory, name), '/', signal)
}

const unpack = async (
  client: Client,
  {to, labels, onProgress}: VolumeFilling,
  archive: AsyncIterable<Buffer>,
  path: string,
  signal: AbortSignal,
): Promise<CopiedVolume> => {
  await using helper = await volumeHelper(client, {[`/${name}`]: {volume: to, readOnly: false}}, labels, signal)
  const failed = new AbortController()
  const connection = AbortSignal.any([signal, failed.signal])
  let bytes = 0
  const counted = async function* () {
    try {
      for await (const chunk of archive) {
        bytes += chunk.length
        onProgress({doneBytes: bytes, totalBytes: undefined})
        yield chunk
      }
    } catch (error) {
      // What fails while it is made must not look like an archive that ended.
      failed.abort(error)
      throw error
    }
  }
  const body = Readable.from(counted())
  body.on('error', () => undefined)
  try {
    // The engine may be silent for as long as it takes.
    await call(
      `filling volume ${to}`,
      connection,
      (abortSignal) => helper.container.putArchive(body, {path, abortSignal}),
      Infinity,
    )
    return {bytes, way: 'streamed'}
  } finally {
    body.destroy()
  }
}
