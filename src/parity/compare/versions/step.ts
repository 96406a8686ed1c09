export type Step = 'major' | 'minor' | 'patch'

/** Which number is the first that differs, where both are of the form of semver; an epoch and what a distribution adds are passed over. */
export const stepOf = (a: string, b: string): Step | undefined => {
  const left = numbersOf(a)
  const right = numbersOf(b)
  if (left === undefined || right === undefined) return undefined
  const at = [0, 1, 2].find((place) => (left[place] ?? 0) !== (right[place] ?? 0))
  return at === undefined ? undefined : (['major', 'minor', 'patch'] as const)[at]
}

/** Two numbers at the least: `2024a` and `deb12u1` are no such versions. */
const numbersOf = (version: string): number[] | undefined => {
  const found = /^(?:\d+:)?v?(\d+)\.(\d+)(?:\.(\d+))?(?![\d])/.exec(version)
  return found?.slice(1).map((number) => Number(number ?? 0))
}

/** Of versions that no manager has a say in, as of runtimes and libraries: semver's, and a plain comparison of numbers beyond that. */
export const plainOrder = (a: string, b: string): number => {
  const [left, right] = [a, b].map((version) => /^v?([^-+]*)(?:-([^+]*))?/.exec(version)?.slice(1) ?? [])
  const released = byParts(left?.[0] ?? '', right?.[0] ?? '')
  if (released !== 0) return released
  const [pre, other] = [left?.[1], right?.[1]]
  if (pre === undefined || other === undefined) return Number(pre === undefined) - Number(other === undefined)
  return byParts(pre, other)
}

const byParts = (a: string, b: string): number => {
  const left = a.split('.')
  const right = b.split('.')
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? '').localeCompare(right[at] ?? '', 'en', {numeric: true})
    if (difference !== 0) return difference
  }
  return 0
}
