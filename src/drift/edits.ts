/** One line of a comparison: in both, only in the first, only in the second. */
export interface Edit {
  sign: ' ' | '-' | '+'
  line: string
}

/** Texts that have less in common are told as one replacement: the way there is of no use to people, and dear to find. */
const mostSteps = 1000

/** The shortest way from one list of lines to another (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986). */
export const editsOf = (before: readonly string[], after: readonly string[]): Edit[] => {
  let start = 0
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1
  return [
    ...both(before.slice(0, start)),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...both(before.slice(before.length - end)),
  ]
}

const both = (lines: readonly string[]): Edit[] => lines.map((line) => ({sign: ' ', line}))

const middle = (before: readonly string[], after: readonly string[]): Edit[] => {
  const trail = search(before, after)
  return trail === undefined
    ? [...before.map((line): Edit => ({sign: '-', line})), ...after.map((line): Edit => ({sign: '+', line}))]
    : walkBack(trail, before, after)
}

type Reach = Map<number, number>

/** For every number of edits, how far into `before` each diagonal got; undefined where that takes too many. */
const search = (before: readonly string[], after: readonly string[]): Reach[] | undefined => {
  const trail: Reach[] = []
  let reach: Reach = new Map([[1, 0]])
  for (let edits = 0; edits <= Math.min(mostSteps, before.length + after.length); edits += 1) {
    trail.push(reach)
    const next: Reach = new Map(reach)
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOn(reach, diagonal, edits)
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1
      next.set(diagonal, x)
      if (x >= before.length && x - diagonal >= after.length) return [...trail, next]
    }
    reach = next
  }
  return undefined
}

const at = (reach: Reach, diagonal: number): number => reach.get(diagonal) ?? -1

const comesDown = (reach: Reach, diagonal: number, edits: number): boolean =>
  diagonal === -edits || (diagonal !== edits && at(reach, diagonal - 1) < at(reach, diagonal + 1))

const startOn = (reach: Reach, diagonal: number, edits: number): number =>
  comesDown(reach, diagonal, edits) ? at(reach, diagonal + 1) : at(reach, diagonal - 1) + 1

const walkBack = (trail: readonly Reach[], before: readonly string[], after: readonly string[]): Edit[] => {
  const edits: Edit[] = []
  let x = before.length
  let y = after.length
  for (let count = trail.length - 2; count >= 0; count -= 1) {
    const reach = trail[count] ?? new Map<number, number>()
    const diagonal = x - y
    const isDown = comesDown(reach, diagonal, count)
    const fromDiagonal = isDown ? diagonal + 1 : diagonal - 1
    const fromX = count === 0 ? 0 : at(reach, fromDiagonal)
    const fromY = count === 0 ? 0 : fromX - fromDiagonal
    while (x > fromX && y > fromY) {
      x -= 1
      y -= 1
      edits.push({sign: ' ', line: before[x] ?? ''})
    }
    if (count === 0) break
    if (isDown) edits.push({sign: '+', line: after[fromY] ?? ''})
    else edits.push({sign: '-', line: before[fromX] ?? ''})
    x = fromX
    y = fromY
  }
  return edits.toReversed()
}
