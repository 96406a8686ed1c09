/** No line that is looked at is longer; expressions that read them need not be afraid. */
const longest = 4096

/** The lines of a text, one after the other: files of a million lines are not taken apart at once. */
export function* linesOf(text: string): Generator<string, void, undefined> {
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(at, Math.min(end, at + longest))
    yield line.endsWith('\r') ? line.slice(0, -1) : line
    at = end + 1
  }
}
