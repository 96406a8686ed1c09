import {createReadStream} from 'node:fs'

import type {SideFacts} from '../../parity/facts.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import type {OpenContext} from './context.ts'
import {counted} from './counted.ts'
import {describedImage} from './described-image.ts'
import {existing} from './place.ts'

/** Larger pieces than a stream's own: most of the time goes into their number. */
const highWaterMark = 256 * 1024

/** `docker save`, or an OCI layout as a tar. */
export const archiveSide = async (
  {file, image, platform}: Extract<Reference, {kind: 'archive'}>,
  {cwd, onRead, closer, turn}: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  const place = await existing(cwd, file)
  const choice = {...(image === undefined ? {} : {name: image}), ...(platform === undefined ? {} : {platform})}
  return turn(async () => {
    const stream = createReadStream(place, {highWaterMark, signal})
    try {
      const archive = counted(stream as AsyncIterable<Buffer>, file, onRead)
      return await describedImage(archive, {choice, others: [], closer}, signal)
    } finally {
      stream.destroy()
    }
  })
}
