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
  tree: ImageTree
  /** of a file that was wanted, or what was made of it; links are followed within the image */
  content(path: string): Buffer | undefined
}

export interface ImageLayer extends LayerFacts {
  /** the instruction that made it, where the image says so */
  createdBy?: string | undefined
}
