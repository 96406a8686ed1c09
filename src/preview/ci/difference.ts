import {counted, sizeChange} from './figures.ts'
import type {CiImage} from './result.ts'

export interface ImageDifference {
  bytes: number
  /** undefined: the layers of one of them are not known */
  layers: {added: number; removed: number; kept: number} | undefined
}

/** What an image has otherwise than that of the base branch. */
export const imageDifference = (image: CiImage, base: CiImage): ImageDifference => ({
  bytes: image.bytes - base.bytes,
  layers: image.layers && base.layers && layersOf(image.layers, base.layers),
})

// A layer stands on those below it, so that what is shared is what both begin with.
const layersOf = (own: readonly string[], base: readonly string[]) => {
  const differs = own.findIndex((digest, at) => digest !== base[at])
  const kept = differs === -1 ? own.length : differs
  return {added: own.length - kept, removed: base.length - kept, kept}
}

/** `+1.5 MB, 2 layers new, 1 gone, 5 shared`; `the same image` */
export const differenceText = (image: CiImage, base: CiImage): string => {
  if (image.id === base.id) return 'the same image'
  const {bytes, layers} = imageDifference(image, base)
  if (layers === undefined) return sizeChange(bytes)
  const {added, removed, kept} = layers
  const parts = [sizeChange(bytes), `${counted(added, 'layer')} new`, `${removed} gone`, `${kept} shared`]
  return parts.join(', ')
}
