/** deb-version(7): epoch, upstream version, revision, each by runs of text and of digits in turn; `~` is before everything, also the end. */
export const dpkgOrder = (a: string, b: string): number => {
  const left = partsOf(a)
  const right = partsOf(b)
  return left.epoch - right.epoch || order(left.upstream, right.upstream) || order(left.revision, right.revision)
}

const partsOf = (version: string) => {
  const colon = version.indexOf(':')
  const rest = version.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return {
    epoch: colon === -1 ? 0 : Number(version.slice(0, colon)) || 0,
    upstream: dash === -1 ? rest : rest.slice(0, dash),
    revision: dash === -1 ? '' : rest.slice(dash + 1),
  }
}

const order = (a: string, b: string): number => {
  let left = a
  let right = b
  while (left !== '' || right !== '') {
    const text = [/^\D*/.exec(left)?.[0] ?? '', /^\D*/.exec(right)?.[0] ?? ''] as const
    const byText = orderOfText(...text)
    if (byText !== 0) return byText
    left = left.slice(text[0].length)
    right = right.slice(text[1].length)
    const digits = [/^\d*/.exec(left)?.[0] ?? '', /^\d*/.exec(right)?.[0] ?? ''] as const
    const byNumber = orderOfDigits(...digits)
    if (byNumber !== 0) return byNumber
    left = left.slice(digits[0].length)
    right = right.slice(digits[1].length)
  }
  return 0
}

const orderOfText = (a: string, b: string): number => {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = weight(a[at]) - weight(b[at])
    if (difference !== 0) return difference
  }
  return 0
}

/** Letters before all else; the end of the text before those, and `~` before the end. */
const weight = (character: string | undefined): number => {
  if (character === undefined) return 0
  if (character === '~') return -1
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256
}

/** Of any length, so not as numbers. */
export const orderOfDigits = (a: string, b: string): number => {
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  return left.length - right.length || (left === right ? 0 : left < right ? -1 : 1)
}
