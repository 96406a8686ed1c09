import {baseDigest, baseLayers, baseName} from '../../../release/base-labels.ts'

export interface LabelledBase {
  name?: string | undefined
  digest?: string | undefined
  /** how many layers are its own; only where imm made the image */
  layers?: number | undefined
}

/**
 * What an image says itself of its base. Labels are inherited: one whose base has them, and that adds none of its own, passes its grandparent
 * off as its parent, unless imm made it. An engine that has the base knows better.
 */
export const labelledBase = (labels: ReadonlyMap<string, string>): LabelledBase | undefined => {
  const [name, digest] = [labels.get(baseName) || undefined, labels.get(baseDigest) || undefined]
  const layers = /^\d{1,4}$/.test(labels.get(baseLayers) ?? '') ? Number(labels.get(baseLayers)) : undefined
  return name === undefined && digest === undefined ? undefined : {name, digest, layers}
}
