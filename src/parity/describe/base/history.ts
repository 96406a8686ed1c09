import type {HistoryStep} from '../../image/image.ts'

/** How many layers a history seems to have from the base; undefined where nothing in it tells. */
export const layersOfBase = (history: readonly HistoryStep[]): number | undefined => {
  const ends = history.map((_, at) => at).filter((at) => isBetween(history, at))
  // The last: with it the image ended that this one was made from, whatever that was made from itself.
  const end = ends.findLast((at) => endsImage(history, at)) ?? ends.find((at) => laterMs(history, at) > pauseMs)
  return end === undefined ? undefined : layersIn(history.slice(0, end + 1))
}

/** When the base was made. */
export const createdOfBase = (history: readonly HistoryStep[], layers: number): string | undefined => {
  let seen = 0
  for (const {layer, created} of history) {
    seen += layer ? 1 : 0
    if (seen === layers) return created
  }
  return undefined
}

/** A build takes less, and between those of a base and of what is made from it is more. */
const pauseMs = 3600 * 1000

/** With layers on both sides. */
const isBetween = (history: readonly HistoryStep[], at: number): boolean =>
  history.slice(0, at + 1).some(({layer}) => layer) && history.slice(at + 1).some(({layer}) => layer)

/** A Dockerfile says last what is to be started; what follows is of another Dockerfile. */
const endsImage = (history: readonly HistoryStep[], at: number): boolean =>
  isStart(history[at]) && !isStart(history[at + 1])

/** `CMD ["node"]` of BuildKit, `/bin/sh -c #(nop)  CMD ["node"]` of the builder before it and of buildah. */
const isStart = (step: HistoryStep | undefined): boolean =>
  step !== undefined && !step.layer && /^(?:\/bin\/sh -c #\(nop\) +)?(?:CMD|ENTRYPOINT) /.test(step.createdBy ?? '')

const laterMs = (history: readonly HistoryStep[], at: number): number =>
  Date.parse(history[at + 1]?.created ?? '') - Date.parse(history[at]?.created ?? '')

const layersIn = (history: readonly HistoryStep[]): number => history.filter(({layer}) => layer).length
