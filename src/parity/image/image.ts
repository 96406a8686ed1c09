import type {ImageConfig} from './config.ts'
import type {LayerFacts} from './facts.ts'
import type {ImageTree} from './tree.ts'

/** What an image is, without having run it. */
export interface ImageFacts {
  names: readonly string[]
  /** `sha256:…` of its config: the ID by which Docker knows it */
  id: string
  /** `sha256:…` of its manifest, where the archive has one */
  manifest?: string | undefined
  /** `linux/amd64` */
  platform: string
  created?: string | undefined
  config: ImageConfig
  layers: readonly ImageLayer[]
  /** the instructions that made it, the first one first; empty where the image does not say */
  history: readonly HistoryStep[]
  tree: ImageTree
  /** of a file that was wanted, or what was made of it; links are followed within the image */
  content(path: string): Buffer | undefined
  /** what its lowest layers alone come to, that many of them */
  lowest(layers: number): ImageHolder
}

/** What files are read out of. */
export type ImageHolder = Pick<ImageFacts, 'tree' | 'content'>

export interface HistoryStep {
  /** ISO 8601 */
  created?: string | undefined
  createdBy?: string | undefined
  /** whether a layer is of it */
  layer: boolean
}

export interface ImageLayer extends LayerFacts {
  /** the instruction that made it, where the image says so */
  createdBy?: string | undefined
}
