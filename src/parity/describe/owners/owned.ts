import type {ImageFacts} from '../../image/image.ts'

/** What one installer has written, by what it noted itself. */
export interface Owned {
  /** what a finding about it has as its subject: `curl`, `pypi:flask in /usr/local` */
  owner: string
  /** absolute, as the installer has them */
  paths: Iterable<string>
  /** the layers that it was installed in: what another layer wrote in its place is not of it */
  isItsLayer: (layer: number) => boolean
}

export type Read = Pick<ImageFacts, 'tree' | 'content' | 'layers'>

/** The layers that wrote to the package database at that path, which holds all packages at once. */
export const layersWith = ({layers}: Pick<ImageFacts, 'layers'>, database: string): ((layer: number) => boolean) => {
  const found = new Set<number>()
  for (const [at, {steps}] of layers.entries())
    if (steps.some((step) => step.does === 'put' && step.fact.path === database)) found.add(at)
  return (layer) => found.has(layer)
}
