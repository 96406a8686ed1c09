import type Docker from 'dockerode'

import {ImmError, isImmError} from '../../../errors.ts'
import type {Image, PullRequest} from '../../../lifecycle/ports.ts'
import {openStream, readStream} from '../call.ts'
import type {Client} from '../client.ts'
import {image} from '../images.ts'
import {jsonLines} from '../json-lines.ts'
import {engineWords, saysDiskFull} from '../translate-errors.ts'
import {credentialsFor} from './credentials.ts'
import {layerProgress, type PullMessage} from './layer-progress.ts'
import {parseReference} from './reference.ts'

/** Fetches an image with the user's own credentials. */
export const pull = async (client: Client, request: PullRequest, signal: AbortSignal): Promise<Image> => {
  signal.throwIfAborted()
  const {reference, platform} = request
  const {name, version, server} = parseReference(reference)
  const {surroundings} = client
  const {credentials, problem} = surroundings ? await credentialsFor(server, surroundings, signal) : {}
  const doing = `fetching ${reference}`
  const query = {fromImage: name, tag: version, ...(platform === undefined ? {} : {platform})}
  const unavailable = (words: string, cause?: unknown) =>
    new ImmError('IMAGE_UNAVAILABLE', `${reference} can't be fetched: ${words}`, {
      ...(problem === undefined ? {} : {next: `${problem}, so nothing was logged in with; correct that, or the name.`}),
      cause,
    })
  const progress = layerProgress((sums) => request.onProgress(sums))
  try {
    const stream = await openStream(doing, signal, (abortSignal) =>
      client.docker.createImage(credentials as Docker.AuthConfig | undefined, {...query, abortSignal}),
    )
    for await (const value of jsonLines(readStream(doing, stream, signal))) {
      const message = value as PullMessage
      const words = message.errorDetail?.message ?? message.error
      if (words !== undefined && saysDiskFull(words))
        throw new ImmError('ENGINE_DISK_FULL', `the engine's disk is full: ${words}`)
      if (words !== undefined) throw unavailable(words)
      progress(message)
    }
  } catch (error) {
    throw isImmError(error, 'ENGINE_REFUSED') && error.cause instanceof Error
      ? unavailable(engineWords(error.cause), error)
      : error
  }
  const found = await image(client, reference, signal)
  if (found) return found
  throw unavailable('the engine says it did, and has no such image')
}
