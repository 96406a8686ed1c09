import type {ImageSide} from '../facts.ts'
import {instructionText} from './instruction.ts'
import type {LayerFile, LayerFindings, Place} from './layers.ts'

/** Names layers as people count them. */
export interface Where {
  /** `layer 4 of 7 (COPY . .)` */
  layer(at: number): string
  /** the same, with what became of the file */
  file(file: LayerFile): string
  place(at: number): {place?: Place}
  /** whether the base image brought it */
  ofBase(at: number): boolean
}

export const whereIn = ({layers, base}: ImageSide, {places}: LayerFindings): Where => {
  const layer = (at: number) => {
    const by = layers[at]?.createdBy
    const instruction = by === undefined ? '' : ` (${instructionText(by)})`
    return `layer ${at + 1} of ${layers.length}${instruction}`
  }
  return {
    layer,
    file: ({layer: at, gone}) =>
      `${layer(at)}${gone === undefined ? '' : `, deleted or replaced by layer ${gone + 1}`}`,
    place: (at) => {
      const place = places?.[at]
      return place === undefined ? {} : {place}
    },
    ofBase: (at) => at < (base?.layers ?? 0),
  }
}
