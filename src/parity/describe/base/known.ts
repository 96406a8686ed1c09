/** What is known of the image that another is made from. */
export interface KnownBase {
  name?: string | undefined
  /** of its manifest */
  digest?: string | undefined
  created?: string | undefined
  /** how many of the image's layers are its own; 0 where only its name is known */
  layers: number
}

/** An image that an engine has. */
export interface EngineImage {
  names: readonly string[]
  digest?: string | undefined
  created?: string | undefined
  /** diff ids, the lowest first */
  layers: readonly string[]
  labels?: Readonly<Record<string, string>> | undefined
}

export interface Built {
  layers: readonly {diffId: string}[]
  config: {labels: ReadonlyMap<string, string>}
}

/**
 * The image that another was made from, among those that an engine has: all of its layers are the lowest of the other, and none has more. Images
 * that nobody gave a name are steps on the way, and other releases of the same application are no base of it.
 */
export const baseAmong = (built: Built, images: readonly EngineImage[]): KnownBase | undefined => {
  const [first] = images
    .filter((image) => image.names.length > 0 && !isSameApp(built, image) && isBelow(built, image))
    .toSorted((a, b) => b.layers.length - a.layers.length || (shortest(a) < shortest(b) ? -1 : 1))
  if (first === undefined) return undefined
  const {digest, created, layers} = first
  return {name: shortest(first), digest, created, layers: layers.length}
}

const isBelow = ({layers: own}: Built, {layers}: EngineImage): boolean =>
  layers.length > 0 && layers.length < own.length && layers.every((diffId, at) => own[at]?.diffId === diffId)

const isSameApp = ({config}: Built, {labels = {}}: EngineImage): boolean =>
  ['imm.project', 'imm.app'].every((label) => labels[label] !== undefined && labels[label] === config.labels.get(label))

/** Of several names the one that people would use. */
const shortest = ({names}: EngineImage): string =>
  names.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? ''
