import type {ImageConfig} from '../layers/anchor.ts'
import type {Times} from './tar-times.ts'

export interface History {
  created?: string
  created_by?: string
  empty_layer?: boolean
}

/** A layer that the Dockerfile made. */
export interface OwnLayer {
  /** in the image, from the bottom */
  index: number
  /** as the builder words it: `COPY src ./src` */
  instruction: string
  times: Times
}

export const historyOf = ({history}: ImageConfig): readonly History[] =>
  (history as readonly History[] | undefined) ?? []

/**
 * The layers that the Dockerfile made, bottom first: those that the image underneath lacks, where the engine has that; else as many as its
 * last `entries` steps of history made.
 */
export const ownLayers = (config: ImageConfig, base: readonly string[] | undefined, entries: number): OwnLayer[] => {
  const layers = config.rootfs.diff_ids
  const makers = historyOf(config).filter(({empty_layer: empty}) => empty !== true)
  const isBelow = base !== undefined && base.every((layer, index) => layers[index] === layer)
  const first = isBelow
    ? base.length
    : layers.length -
      historyOf(config)
        .slice(-entries || Infinity)
        .filter(({empty_layer: empty}) => empty !== true).length
  return layers.flatMap((_, index) => {
    // Counted from the top: images that were imported may have fewer steps than layers.
    const by = makers.at(index - layers.length)?.created_by ?? ''
    return index < first ? [] : {index, instruction: shownStep(by), times: timesOf(by)}
  })
}

/**
 * What copies brings files with the times of a checkout, or of a build in another stage, whose cache may keep those of an older one. What a
 * command wrote may have times of its own on purpose, out of an archive.
 */
const timesOf = (createdBy: string): Times =>
  /^(?:\/bin\/sh -c #\(nop\) +)?(?:COPY|ADD|WORKDIR)\b/.test(createdBy) ? 'set' : 'clamp'

const shownStep = (createdBy: string): string =>
  createdBy.replace(/^\/bin\/sh -c #\(nop\) +/, '').replace(/ # buildkit$/, '')
