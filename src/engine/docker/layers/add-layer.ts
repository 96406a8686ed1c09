import type {Image, LayerRequest} from '../../../lifecycle/ports.ts'
import type {Client} from '../client.ts'
import {layering} from './layering.ts'
import {putLayer} from './put-layer.ts'
import {layerRefused} from './refused.ts'

/** The anchor with one layer more, in the way that was found right for this engine. */
export const addLayer = async (client: Client, request: LayerRequest, signal: AbortSignal): Promise<Image> => {
  const found = await layering(client, signal)
  if (!found) throw layerRefused('this engine has no way that is right')
  return putLayer(client, found.way, request, signal)
}
