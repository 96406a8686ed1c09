import type Docker from 'dockerode'

import type {Image} from '../../lifecycle/ports.ts'
import {openStream, readStream} from './call.ts'
import type {Client} from './client.ts'

const doing = 'exporting the image'

/** The image as the engine exports it, piece by piece. Who stops reading ends the export. */
export async function* archive(
  {docker}: Client,
  {id}: Pick<Image, 'id'>,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  yield* readStream(doing, await openArchive(docker, id, doing, signal), signal)
}

/** `get` of dockerode takes no signal. */
export const openArchive = (
  docker: Docker,
  id: string,
  what: string,
  signal: AbortSignal,
): Promise<NodeJS.ReadableStream> =>
  openStream(what, signal, (abortSignal) => {
    const {promise, resolve, reject} = Promise.withResolvers<NodeJS.ReadableStream>()
    const options = {path: `/images/${id}/get`, method: 'GET', isStream: true, abortSignal, statusCodes: {200: true}}
    docker.modem.dial(options, (error: Error | null, answer: unknown) =>
      error ? reject(error) : resolve(answer as NodeJS.ReadableStream),
    )
    return promise
  })
