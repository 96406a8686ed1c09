/** Whether an imm of the one version is older than of the other (semver.org 11); two pre-releases of one version are not compared. */
export const isOlder = (one: string, other: string): boolean => {
  const [a, b] = [parse(one), parse(other)]
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return a.early && !b.early
}

const parse = (version: string): {numbers: number[]; early: boolean} => {
  const [core = ''] = version.split('+')
  const [numbers = '', ...early] = core.split('-')
  return {numbers: numbers.split('.').map(Number), early: early.length > 0}
}
