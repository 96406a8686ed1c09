import type {Difference} from './differences.ts'

/** What differs between two answers of the same side: nothing of that tells the sides apart. */
export interface Noise {
  add(endpoint: string, difference: Difference): void
  has(endpoint: string, difference: Difference): boolean
  /** `GET /now time`, in order */
  readonly places: readonly string[]
}

export const noiseOf = (): Noise => {
  const byEndpoint = new Map<string, Map<string, Difference>>()
  return {
    add(endpoint, difference) {
      const own = byEndpoint.get(endpoint) ?? new Map<string, Difference>()
      own.set([difference.rule, ...difference.place].join('\u0000'), difference)
      byEndpoint.set(endpoint, own)
    },
    has: (endpoint, difference) =>
      [...(byEndpoint.get(endpoint)?.values() ?? [])].some((noisy) => covers(noisy, difference)),
    get places() {
      return [...byEndpoint]
        .flatMap(([endpoint, own]) =>
          [...own.values()].map(({place}) => [endpoint, place.join('.')].join(' ').trimEnd()),
        )
        .toSorted()
    },
  }
}

/** What is not always there, or not always as long, says nothing of what is in it. */
const covers = (noisy: Difference, {rule, place}: Difference): boolean => {
  // Answers of another status, or none, are of another kind altogether.
  if (noisy.rule === 'behaviour.status' || noisy.rule === 'behaviour.unreachable') return true
  if (noisy.rule !== rule) return false
  return noisy.place.every((step, index) => step === place[index])
}
