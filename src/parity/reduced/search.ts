export interface Search {
  feed(bytes: Buffer): void
  end(): void
}

/** `before` and `after`: how many bytes around the beginning of the needle are handed over. */
export interface Reach {
  before: number
  after: number
}

/** With the bytes around a needle, where it begins in them, and where in the file that is. */
export type Found = (bytes: Buffer, at: number, offset: number) => void

/** A file that is made of needles is no program, and would be searched for hours. */
const most = 100_000

/** Looks for texts in a file that comes in pieces of any size, also across them. */
export const search = (needles: readonly string[], {before, after}: Reach, found: Found): Search => {
  let held: Buffer = Buffer.alloc(0)
  /** of the file, where `held` begins */
  let start = 0
  /** of the file, up to where needles were looked for */
  let searched = 0
  let finds = 0

  const look = (bytes: Buffer, end: number) => {
    for (const needle of needles)
      for (let at = bytes.indexOf(needle, searched - start, 'latin1'); at !== -1 && at < end && finds < most; finds++) {
        found(bytes.subarray(Math.max(at - before, 0), at + after), Math.min(at, before), start + at)
        at = bytes.indexOf(needle, at + 1, 'latin1')
      }
  }

  return {
    feed(bytes) {
      const joined = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      const end = Math.max(joined.length - after, searched - start)
      look(joined, end)
      searched = start + end
      const from = Math.max(end - before, 0)
      start += from
      held = Buffer.from(joined.subarray(from))
    },
    end() {
      look(held, held.length)
    },
  }
}
