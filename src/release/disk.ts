/** An image as far as its place on disk goes. */
export interface SizedImage {
  /** `sha256:<hex>` */
  id: string
  /** digests of its layers, bottom first */
  layers: readonly string[]
  sizeBytes: number
  /** of that, in layers that other images of the engine have, too; undefined where the engine doesn't tell */
  sharedBytes: number | undefined
}

/** A stretch of layers of which only the size in all is known, by the chain that ends with it. */
interface Stretch {
  chain: string
  bytes: number
}

/**
 * Bytes that are free once all `going` images are gone and all others have stayed. Engines keep a layer once for all images with the same
 * chain below it, and tell sizes of whole images alone: what is known at the end of each image, and at the layer from which on it is alone
 * (`sharedBytes`), gives the stretches in between. Exact where these are told; else an image counts from the last end below it.
 */
export const bytesOnlyIn = (going: ReadonlySet<string>, images: readonly SizedImage[]): number => {
  const holders = holdersOf(images)
  const upTo = knownSizes(images, holders)
  const free = new Map<string, number>()
  for (const image of images)
    for (const {chain, bytes} of stretchesOf(image, holders, upTo))
      if (holders.get(chain)?.every((id) => going.has(id))) free.set(chain, bytes)
  return [...free.values()].reduce((sum, bytes) => sum + bytes, 0)
}

const chainsOf = ({layers}: SizedImage): string[] => layers.map((_, index) => layers.slice(0, index + 1).join())

/** Which images have a chain. */
const holdersOf = (images: readonly SizedImage[]): Map<string, string[]> => {
  const holders = new Map<string, string[]>()
  for (const image of images)
    for (const chain of chainsOf(image)) holders.set(chain, [...(holders.get(chain) ?? []), image.id])
  return holders
}

/** Bytes from the bottom up to the end of a chain, where they are known. */
const knownSizes = (images: readonly SizedImage[], holders: ReadonlyMap<string, string[]>): Map<string, number> => {
  const upTo = new Map<string, number>()
  for (const image of images) {
    const {sharedBytes} = image
    const forked = chainsOf(image).findLast((chain) => (holders.get(chain)?.length ?? 0) > 1)
    // Others' images may share more than ours do: the least that is told is what ours share.
    if (forked !== undefined && sharedBytes !== undefined)
      upTo.set(forked, Math.min(upTo.get(forked) ?? Infinity, sharedBytes))
  }
  for (const image of images) {
    const whole = chainsOf(image).at(-1)
    if (whole !== undefined) upTo.set(whole, image.sizeBytes)
  }
  return upTo
}

const stretchesOf = (
  image: SizedImage,
  holders: ReadonlyMap<string, string[]>,
  upTo: ReadonlyMap<string, number>,
): Stretch[] => {
  const stretches: Stretch[] = []
  let below = 0
  for (const chain of chainsOf(image)) {
    const bytes = upTo.get(chain)
    if (bytes === undefined) continue
    stretches.push({chain, bytes: Math.max(0, bytes - below)})
    below = Math.max(below, bytes)
  }
  const last = stretches.at(-1)
  // Alone among ours, and yet some of it may be an image of others: their base.
  if (last && holders.get(last.chain)?.length === 1)
    last.bytes = Math.min(last.bytes, image.sizeBytes - (image.sharedBytes ?? 0))
  return stretches
}
