/**
 * Whether a branch is meant by patterns such as `*`, `!main` and `feature/**`: the last that matches decides. Where the first takes out, all
 * others are in.
 */
export const isWanted = (branch: string, patterns: readonly string[]): boolean => {
  const last = patterns.findLast((pattern) => matches(branch, pattern.replace(/^!/, '')))
  return last === undefined ? patterns[0]?.startsWith('!') === true : !last.startsWith('!')
}

/** `*` is any text, with slashes in it or none at all; `?` one character. Nothing else is special: git allows neither in a branch. */
const matches = (branch: string, pattern: string): boolean => {
  // By hand, and not by a regular expression: `*a*a*a*a*b` would keep one busy for minutes, and a pattern comes with the repository.
  const [text, glob] = [Array.from(branch), Array.from(pattern)]
  let at = 0
  let next = 0
  let star = -1
  let taken = 0
  while (at < text.length) {
    if (glob[next] === '*') {
      star = next
      taken = at
      next += 1
    } else if (glob[next] === '?' || glob[next] === text[at]) {
      at += 1
      next += 1
    } else if (star === -1) return false
    else {
      // The last star takes one more.
      taken += 1
      at = taken
      next = star + 1
    }
  }
  return glob.slice(next).every((one) => one === '*')
}
