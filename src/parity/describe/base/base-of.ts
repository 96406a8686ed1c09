import type {BaseSide} from '../../facts.ts'
import type {ImageFacts} from '../../image/image.ts'
import {createdOfBase, layersOfBase} from './history.ts'
import type {KnownBase} from './known.ts'
import {labelledBase} from './label.ts'

export type FoundBase = Pick<BaseSide, 'name' | 'digest' | 'created' | 'layers' | 'by'>

type Based = Pick<ImageFacts, 'layers' | 'history' | 'config'>

/** The image that another was made from: as the engine knows it, as its label says, or as its history lets guess. */
export const baseOf = (image: Based, known: KnownBase | undefined): FoundBase | undefined => {
  const label = labelledBase(image.config.labels)
  const guessed = image.history.length > 0 && layersMatch(image) ? layersOfBase(image.history) : undefined
  if (known !== undefined) {
    // Where both speak of the same, the label has the name that the Dockerfile has. Otherwise it may be inherited.
    const same = label?.digest !== undefined && label.digest === known.digest
    const layers = known.layers > 0 ? known.layers : (guessed ?? 0)
    return {...known, ...(same && label?.name !== undefined && {name: label.name}), layers, by: 'engine'}
  }
  // Whoever inherits the label has more layers, never fewer; what is not below the image is not its base.
  const told = label?.layers !== undefined && label.layers < image.layers.length ? label.layers : undefined
  const layers = told ?? guessed ?? 0
  const created = layers > 0 ? createdOfBase(image.history, layers) : undefined
  if (label !== undefined) return {name: label.name, digest: label.digest, created, layers, by: 'label'}
  return layers > 0 ? {created, layers, by: 'history'} : undefined
}

const layersMatch = ({layers, history}: Based): boolean => history.filter(({layer}) => layer).length === layers.length
