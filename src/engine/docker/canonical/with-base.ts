import {baseDigest, baseLayers, baseName} from '../../../release/base-labels.ts'
import type {ImageConfig} from '../layers/anchor.ts'

/**
 * Says how many of the layers are of the base, where the image says what that is: all times in its history are the same, so that nothing else
 * tells. What the base says of its own base goes: labels are inherited.
 */
export const withBase = (
  config: ImageConfig,
  own: Iterable<number>,
  given: Readonly<Record<string, string>>,
): ImageConfig => {
  const {[baseDigest]: digest, [baseLayers]: _, ...labels} = config.config?.Labels ?? {}
  const layers = Math.min(config.rootfs.diff_ids.length, ...own)
  const told = given[baseName] === undefined ? {} : {[baseLayers]: String(layers)}
  const pinned = given[baseName] === undefined ? digest : given[baseDigest]
  const all = {...labels, ...told, ...(pinned !== undefined && {[baseDigest]: pinned})}
  return {...config, config: {...config.config, Labels: all}}
}
