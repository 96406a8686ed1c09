/** Text that comes in pieces, as lines. */
export interface WholeLines {
  add(chunk: Buffer): void
  /** the rest, where it had no line break */
  end(): void
}

export const wholeLines = (onLine: (line: string) => void): WholeLines => {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    add(chunk) {
      const lines = (rest + decoder.decode(chunk, {stream: true})).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    },
    end() {
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
