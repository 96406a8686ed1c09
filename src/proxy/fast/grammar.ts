/**
 * What the fast path takes for a field line: the name a token (RFC 9110 5.6.2), one space, a value of visible ASCII without space around
 * it. Everything else, obs-text and other white space included, is Node's to judge.
 */
export const fieldLine = String.raw`[\w!#$%&'*+\-.^${'`'}|~]+: (?:[!-~](?:[\t -~]*[!-~])?)?\r\n`

/** Longer heads go to Node. */
export const maxHeadBytes = 8 * 1024
/** Heads of more lines go to Node. */
export const maxLines = 128

/** Tells apart, by length and first letter, the few names that need a look from all others. */
export const noteNames = (names: readonly string[]): ((length: number, firstCode: number) => boolean) => {
  const letters = new Int32Array(32)
  for (const name of names) letters[name.length] = (letters[name.length] as number) | bitOf(name.charCodeAt(0))
  return (length, firstCode) => length >= letters.length || ((letters[length] as number) & bitOf(firstCode)) !== 0
}

/** The same for both cases; what is no letter falls together with one. */
const bitOf = (code: number): number => 1 << (code & 31)
