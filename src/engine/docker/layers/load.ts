import {call, readStream} from '../call.ts'
import type {Client} from '../client.ts'
import {jsonLines} from '../json-lines.ts'
import {translate} from '../translate-errors.ts'

const never = new AbortController().signal

/**
 * Brings an image's archive into the engine, to the end of its answer. ENGINE_REFUSED where it wants layers that aren't in it. Not cut off by
 * any signal: the engine would go on all the same, and then nobody would know the image to remove.
 */
export const load = ({docker}: Client, archive: Buffer, reference: string): Promise<void> => {
  const doing = `loading image ${reference}`
  // A buffer is sent as one piece with its length; dockerode's types don't know that it may be one.
  const body = archive as unknown as NodeJS.ReadableStream
  return call(doing, never, async () => {
    const answer = await docker.loadImage(body, {quiet: true})
    for await (const message of jsonLines(readStream(doing, answer, never))) {
      const {error} = message as {error?: string}
      // The answer began as a success.
      if (error !== undefined) throw translate(Object.assign(new Error(error), {statusCode: 500}), doing)
    }
  })
}
