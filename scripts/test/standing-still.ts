/** What AVA tells of a run, as far as it matters here. */
export interface RunEvent {
  type: string
  testFile?: string
  title?: string
  skip?: boolean
  todo?: boolean
}

interface File {
  heardMs: number
  /** of the tests that have not ended, in the order in which they are run */
  open: Set<string>
  last?: string
  told: boolean
}

/** Finds the files in which nothing ends any more: AVA itself notices only once nothing ends anywhere, and then names all that did not end. */
export interface StandingStill {
  take(event: RunEvent, nowMs: number): void
  /** A line for each file that has said nothing for so long, once until it says something again. */
  lines(nowMs: number, silentMs: number): string[]
  /** Whether there is a file that has said nothing for so long. */
  stands(nowMs: number, silentMs: number): boolean
}

export const standingStill = (): StandingStill => {
  const files = new Map<string, File>()
  return {
    take({type, testFile, title, skip, todo}, nowMs) {
      if (testFile === undefined) return
      if (type === 'worker-finished' || type === 'worker-failed') {
        files.delete(testFile)
        return
      }
      const file = files.get(testFile) ?? {heardMs: nowMs, open: new Set(), told: false}
      files.set(testFile, Object.assign(file, {heardMs: nowMs, told: false}))
      if (title === undefined) return
      if (type === 'selected-test' && !skip && !todo) file.open.add(title)
      if ((type === 'test-passed' || type === 'test-failed') && file.open.delete(title)) file.last = title
    },
    stands: (nowMs, silentMs) => files.values().some(({heardMs}) => nowMs - heardMs >= silentMs),
    lines(nowMs, silentMs) {
      const still = [...files].filter(([, {heardMs, told}]) => !told && nowMs - heardMs >= silentMs)
      return still.map(([path, file]) => {
        file.told = true
        return `${path}: nothing for ${Math.round((nowMs - file.heardMs) / 1000)} s; ${doing(file)}`
      })
    },
  }
}

const doing = ({open, last}: File): string => {
  const after = last === undefined ? '' : `, after "${last}"`
  const [first] = open
  if (first === undefined) return `it does not end${after}`
  return `it is at "${first}"${open.size === 1 ? '' : ` (${open.size} tests have not ended)`}${after}`
}
