import {Transform} from 'node:stream'

import type {CopiedVolume, VolumeCopy} from '../../../lifecycle/ports.ts'
import {call, openStream} from '../call.ts'
import type {Client} from '../client.ts'
import {volumeHelper} from './helper.ts'

/** The same in both, and put in from above: Docker refuses links that lead out of where an archive is put in, as links of a volume may. */
const at = '/volume'

/**
 * As a tar through the engine's archive calls: works wherever the engine is. Owners, modes, times, links and capabilities survive; other
 * extended attributes, holes in files and sockets are not in the engine's tar.
 */
export const copyStreamed = async (
  client: Client,
  {from, to, labels, onProgress}: VolumeCopy,
  signal: AbortSignal,
): Promise<CopiedVolume> => {
  await using source = await volumeHelper(client, {[at]: {volume: from, readOnly: true}}, labels, signal)
  await using target = await volumeHelper(client, {[at]: {volume: to, readOnly: false}}, labels, signal)
  const doing = `copying volume ${from}`
  const closing = new AbortController()
  const connection = AbortSignal.any([signal, closing.signal])
  try {
    // The entries begin with the volume's own directory, whose owner and mode count, too.
    const tar = await openStream(doing, connection, (abortSignal) =>
      source.container.getArchive({path: at, abortSignal}),
    )
    let bytes = 0
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length
        onProgress({doneBytes: bytes, totalBytes: undefined})
        done(null, chunk)
      },
    })
    tar.on('error', (error) => counted.destroy(error as Error))
    tar.pipe(counted)
    // The engine may be silent for as long as the copy takes.
    await call(
      doing,
      connection,
      (abortSignal) => target.container.putArchive(counted, {path: '/', abortSignal}),
      Infinity,
    )
    return {bytes, way: 'streamed'}
  } finally {
    closing.abort()
  }
}
