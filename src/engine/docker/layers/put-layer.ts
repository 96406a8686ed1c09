import {Readable} from 'node:stream'
import {isDeepStrictEqual} from 'node:util'

import type {Image, LayerRequest, Layering} from '../../../lifecycle/ports.ts'
import {build} from '../build.ts'
import type {Client} from '../client.ts'
import {image, untag} from '../images.ts'
import {anchorOf} from './anchor.ts'
import {archiveFor, withLayer} from './archives.ts'
import {digestOf} from './digest.ts'
import {load} from './load.ts'
import {asLayerRefusal, layerRefused} from './refused.ts'
import {archiveOf} from './tar.ts'

const never = new AbortController().signal

/** The anchor with the layer, made in one way and inspected; LAYER_REFUSED, and nothing stays, where it is anything else. */
export const putLayer = async (
  client: Client,
  way: Layering['way'],
  request: LayerRequest,
  signal: AbortSignal,
): Promise<Image> => {
  signal.throwIfAborted()
  try {
    await ways[way](client, request, signal)
    const made = await image(client, request.reference, never)
    signal.throwIfAborted()
    if (!made) throw layerRefused('the engine does not know the result')
    const wrong = difference(made, way, request)
    if (wrong !== undefined) throw layerRefused(`the result has other ${wrong}`)
    return made
  } catch (error) {
    await untag(client, request.reference, never).catch(() => {})
    throw signal.aborted ? signal.reason : asLayerRefusal(error)
  }
}

type Way = (client: Client, request: LayerRequest, signal: AbortSignal) => Promise<unknown>

const loaded =
  (way: 'load' | 'oci'): Way =>
  async (client, {anchor: below, layer, labels, reference}) => {
    const anchor = await anchorOf(client, below)
    const config = withLayer(anchor, layer, labels, Date.now())
    await load(client, await archiveFor(way, {config, layer, reference}, anchor), reference)
  }

const built: Way = async (client, {anchor, layer, labels, reference}, signal) => {
  // The build would carry them out, and the result would have none.
  if (anchor.onBuild.length > 0) throw layerRefused('it has ONBUILD instructions')
  const dockerfile = `FROM ${anchor.references[0] ?? anchor.id}\nADD layer.tar /\n`
  const context = await archiveOf([['./'], ['Dockerfile', dockerfile], ['layer.tar', layer]])
  const request = {
    context: () => Readable.from([context]),
    dockerfile: 'Dockerfile',
    target: undefined,
    args: {},
    labels,
    reference,
    onStep: () => {},
  }
  await build(client, request, signal)
}

const ways: Readonly<Record<Layering['way'], Way>> = {
  load: loaded('load'),
  oci: loaded('oci'),
  build: built,
}

/** What of the result is not as asked; a builder writes the layer anew, with times of its own. */
const difference = (made: Image, way: Layering['way'], {anchor, layer, labels}: LayerRequest): string | undefined => {
  const own = way === 'build' ? made.layers.at(-1) : digestOf(layer)
  if (!isDeepStrictEqual(made.layers, [...anchor.layers, own])) return 'layers'
  if (Object.entries(labels).some(([key, value]) => made.labels[key] !== value)) return 'labels'
  const kept = ['env', 'workingDir', 'exposedPorts', 'hasHealthcheck', 'onBuild'] as const
  return kept.find((field) => !isDeepStrictEqual(made[field], anchor[field]))
}
