export interface Tail {
  add: (line: string) => void
  /** oldest first */
  readonly lines: readonly string[]
}

const keptLines = 20
const longestLine = 500

/** Keeps the last lines of an output of any length. */
export const createTail = (): Tail => {
  const lines: string[] = []
  return {
    lines,
    add(line) {
      lines.push(line.slice(0, longestLine))
      if (lines.length > keptLines) lines.shift()
    },
  }
}
