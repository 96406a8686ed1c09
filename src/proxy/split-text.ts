import type {Split} from '../lifecycle/ports.ts'

/** A split as a line of the log says it. */
export const splitText = ({portions, mirror}: Split): string =>
  [
    ...portions.map(({targets, weight}) => `${targets[0]?.release} x ${targets.length} ${percent(weight)}`),
    ...(mirror === undefined ? [] : [`copies of ${percent(mirror.share)} to ${mirror.targets[0]?.release}`]),
  ].join(', ')

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
