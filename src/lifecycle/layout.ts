import type {ImageEntry, LayerItem, SourceDirectory} from './ports.ts'

/** Only a full build is certain to be right. */
export interface Full {
  kind: 'full'
  /** one line for people: `Dockerfile:4: RUN npm ci could read package.json` */
  reason: string
}

/** What a Dockerfile makes of the source, on one anchor. */
export interface Layout {
  kind: 'layout'
  /** images that stages of the build stand on: what they add to builds (ONBUILD) could read the source */
  bases: readonly string[]
  /** the image that all of it stands on, where nothing runs between: under the topmost layers is just that; undefined where something does */
  ground: string | undefined
  /** paths of the anchor that most plans ask for */
  often: readonly string[]
  /** What differs between the anchor's source and another, as one layer. */
  plan(before: SourceDirectory, after: SourceDirectory): DeltaPlan | Full
}

/** A layer as far as the source tells; what the images have at some paths decides the rest. */
export interface DeltaPlan {
  kind: 'delta'
  /** paths of the anchor to be looked up */
  inAnchor: readonly string[]
  /** topmost layers of the anchor that hold what comes from the source, and with it what is to be replaced */
  above: number
  /** paths to be looked up under those */
  below: readonly string[]
  complete(
    inAnchor: ReadonlyMap<string, ImageEntry>,
    below: ReadonlyMap<string, ImageEntry>,
  ): readonly LayerItem[] | Full
}

export const full = (reason: string): Full => ({kind: 'full', reason})
