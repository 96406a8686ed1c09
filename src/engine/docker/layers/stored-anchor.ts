import {text} from 'node:stream/consumers'

import type Docker from 'dockerode'

import type {Image} from '../../../lifecycle/ports.ts'
import {openStream} from '../call.ts'
import type {Client} from '../client.ts'
import {entriesOf} from '../inside/entries-of.ts'
import type {Anchor, Descriptor, ImageConfig} from './anchor.ts'
import {layerRefused} from './refused.ts'

interface Manifest {
  mediaType?: string
  config?: Descriptor
  layers?: readonly Descriptor[]
}

// A manifest or config of more is none.
const largest = 4 * 2 ** 20

/**
 * The containerd image store knows layers by the digests of their blobs, and only the image's manifest says those. No call of the API gives
 * manifests, but an export has them among its blobs: it is read until they have come.
 */
export const storedAnchor = async ({docker}: Client, image: Image): Promise<Anchor> => {
  const closing = new AbortController()
  const stream = await openStream(`reading image ${image.id}`, closing.signal, (abortSignal) =>
    getImage(docker, image.id, abortSignal),
  )
  try {
    const tar = entriesOf(stream, closing.signal)
    const manifests: Manifest[] = []
    const configs = new Map<string, ImageConfig>()
    for await (const entry of tar) {
      const {name, type, size} = entry.header
      const [, hex] = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name) ?? []
      if (hex === undefined || type !== 'file' || size > largest) {
        entry.resume()
        continue
      }
      const blob = parsed(await text(entry))
      if (blob && 'config' in blob && 'layers' in blob) manifests.push(blob)
      if (blob && 'rootfs' in blob) configs.set(`sha256:${hex}`, blob as unknown as ImageConfig)
      const found = matching(manifests, configs, image)
      if (found) return found
    }
  } finally {
    closing.abort()
  }
  throw layerRefused('the engine exports it without its manifest')
}

const parsed = (json: string): Record<string, unknown> | undefined => {
  if (!json.startsWith('{')) return undefined
  try {
    return JSON.parse(json) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** An export may hold the manifests of several platforms: the right one has the layers that the engine says. */
const matching = (
  manifests: readonly Manifest[],
  configs: ReadonlyMap<string, ImageConfig>,
  image: Image,
): Anchor | undefined => {
  for (const {mediaType, config: {digest} = {digest: ''}, layers = []} of manifests) {
    const config = configs.get(digest)
    const same = config?.rootfs.diff_ids.join() === image.layers.join() && layers.length === image.layers.length
    if (config && same && mediaType !== undefined) return {config, mediaType, layers}
  }
  return undefined
}

/** `get` of dockerode takes no signal, and an export must be given up halfway. */
const getImage = (docker: Docker, id: string, abortSignal: AbortSignal): Promise<NodeJS.ReadableStream> => {
  const {promise, resolve, reject} = Promise.withResolvers<NodeJS.ReadableStream>()
  const options = {path: `/images/${id}/get`, method: 'GET', isStream: true, abortSignal, statusCodes: {200: true}}
  docker.modem.dial(options, (error: Error | null, answer: unknown) =>
    error ? reject(error) : resolve(answer as NodeJS.ReadableStream),
  )
  return promise
}
