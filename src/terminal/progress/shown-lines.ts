import type {ReleaseName} from '../../release/identity.ts'

/** The last lines of each release's log that the reader has seen. */
export interface ShownLines {
  add(release: ReleaseName, text: string): void
  /** Those of these lines that the reader hasn't seen. */
  unseen(release: ReleaseName | undefined, lines: readonly string[]): readonly string[]
}

// More than why a container ended is told in.
const keptLines = 100
// Live, warm, candidates: few talk at a time.
const keptReleases = 8

export const shownLines = (): ShownLines => {
  const seen = new Map<ReleaseName, Set<string>>()
  return {
    add(release, text) {
      const lines = seen.get(release) ?? new Set()
      seen.delete(release)
      seen.set(release, lines)
      // Said again, it is among the last once more.
      lines.delete(text)
      lines.add(text)
      const [oldest] = lines
      const [quietest] = seen.keys()
      if (seen.size > keptReleases && quietest !== undefined) seen.delete(quietest)
      if (lines.size > keptLines && oldest !== undefined) lines.delete(oldest)
    },
    unseen(release, lines) {
      const known = release === undefined ? undefined : seen.get(release)
      return known === undefined ? lines : lines.filter((line) => !known.has(line))
    },
  }
}
