import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {pipeline} from 'node:stream/promises'

import {pack, type Pack} from 'tar-stream'

import {call, readStream} from '../call.ts'
import type {Client} from '../client.ts'
import {jsonLines} from '../json-lines.ts'
import {translate} from '../translate-errors.ts'

/** An image to be loaded. */
export interface LoadableImage {
  /** of the config file, which gives the image its id */
  config: string
  /** bottom first; without a file: the engine has that one */
  layers: readonly {digest: string; file: string | undefined}[]
  reference: string
}

const never = new AbortController().signal
const mtime = new Date(0)

/** Brings an image into the engine. ENGINE_REFUSED where it wants the layers that are absent. */
export const loadImage = async ({docker}: Client, image: LoadableImage, signal: AbortSignal): Promise<void> => {
  const doing = `loading image ${image.reference}`
  const archive = pack()
  const sent = new AbortController()
  const sending = send(archive, image, AbortSignal.any([signal, sent.signal])).catch((error: unknown) => {
    archive.destroy(error as Error)
  })
  try {
    // dockerode's types ask for more of a stream than it uses.
    const body = archive as unknown as NodeJS.ReadableStream
    // Not cut off once all is sent: the engine would go on, and then nobody would know the image to remove.
    await call(doing, never, async () => answered(doing, await docker.loadImage(body, {quiet: true})), Infinity)
  } catch (error) {
    throw signal.aborted ? signal.reason : translate(error, doing)
  } finally {
    sent.abort()
    archive.destroy()
    await sending
  }
}

const send = async (archive: Pack, {config, layers, reference}: LoadableImage, signal: AbortSignal): Promise<void> => {
  const names = layers.map(({digest}) => `${digest.slice('sha256:'.length)}.tar`)
  const manifest = [{Config: 'config.json', RepoTags: [reference], Layers: names}]
  archive.entry({name: 'manifest.json', mtime}, JSON.stringify(manifest))
  archive.entry({name: 'config.json', mtime}, config)
  const sent = new Set<string>()
  for (const [index, {file}] of layers.entries()) {
    const name = names[index] ?? ''
    if (file === undefined || sent.has(name)) continue
    sent.add(name)
    await pipeline(createReadStream(file), archive.entry({name, mtime, size: (await stat(file)).size}), {signal})
  }
  archive.finalize()
}

/** A refusal may come in a line of an answer that began as a success. */
const answered = async (doing: string, stream: NodeJS.ReadableStream): Promise<void> => {
  for await (const value of jsonLines(readStream(doing, stream, never))) {
    const {error} = value as {error?: string}
    if (error !== undefined) throw translate(Object.assign(new Error(error), {statusCode: 500}), doing)
  }
}
