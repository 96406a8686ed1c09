import {baseDigest, baseName} from '../../../release/base-labels.ts'
import type {ImageConfig} from '../layers/anchor.ts'

/** Takes away what the base says of its own base, where the image says what it was made from itself: labels are inherited. */
export const withoutInherited = (config: ImageConfig, labels: Readonly<Record<string, string>>): ImageConfig => {
  if (labels[baseName] === undefined || labels[baseDigest] !== undefined) return config
  const {[baseDigest]: _, ...own} = ((config.config ?? {})['Labels'] ?? {}) as Record<string, string>
  return {...config, config: {...config.config, Labels: own}}
}
