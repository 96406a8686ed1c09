import type {Observation} from './ports.ts'

/** A stretch of time in which every probe saw the same. */
export interface Sighting {
  observation: Observation
  what: string
  fromMs: number
  toMs: number
  probes: number
}

export const noteSighting = (sightings: Sighting[], observation: Observation, sinceMs: number): void => {
  const what = inWords(observation)
  const last = sightings.at(-1)
  if (last?.what === what) {
    last.toMs = sinceMs
    last.probes += 1
  } else sightings.push({observation, what, fromMs: last?.toMs ?? 0, toMs: sinceMs, probes: 1})
}

/** How long the last thing seen has lasted, in ms. */
export const sameFor = (sightings: readonly Sighting[]): number => {
  const last = sightings.at(-1)
  return last ? last.toMs - last.fromMs : 0
}

// More would bury the last, which matters most.
const shownSightings = 4

/** `connection refused for 0.4 s (16 probes), then HTTP 500 for 9.6 s (41 probes)` */
export const describeSightings = (sightings: readonly Sighting[]): string => {
  const left = sightings.length - shownSightings
  const shown = sightings
    .slice(-shownSightings)
    .map(({what, fromMs, toMs, probes}) => `${what} for ${((toMs - fromMs) / 1000).toFixed(1)} s (${counted(probes)})`)
  return `${left > 0 ? `${left} other answers, then ` : ''}${shown.join(', then ') || 'no probe came to an end'}`
}

const counted = (probes: number): string => `${probes} ${probes === 1 ? 'probe' : 'probes'}`

// A check may print a page; its beginning says what it is about.
const shownDetail = 200

const inWords = (observation: Observation): string => {
  switch (observation.outcome) {
    case 'http':
      return `HTTP ${observation.status}`
    case 'connected':
      return 'connected'
    case 'refused':
      return 'connection refused'
    case 'timeout':
      return observation.connected ? 'connected, but no answer' : 'no connection'
    case 'reset':
      return 'connection closed without an answer'
    case 'unreachable':
      return `unreachable (${observation.detail})`
    case 'garbage':
      return 'an answer that is not HTTP'
    case 'unhealthy':
      return `failed${detailOf(observation.detail)}`
    default:
      return observation satisfies never
  }
}

const detailOf = (detail: string): string => {
  const text = detail.replaceAll(/\s+/g, ' ').trim().slice(0, shownDetail)
  return text === '' ? '' : ` (${text})`
}
