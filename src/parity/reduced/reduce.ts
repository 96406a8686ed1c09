import type {Reduction, Scan} from '../image/reduction.ts'
import {problem} from './problem.ts'

/** What a file comes to: plain data, or a problem; undefined where it has nothing to say. */
export type Parse = (content: Buffer) => object | undefined

/** Reads a file as a whole, where it is no larger than that. */
export const wholeFile = (name: string, most: number, parse: Parse): Reduction => ({
  name,
  begin: (size) =>
    size > most ? never(problem(`it has more than ${Math.floor(most / 1024)} KiB`)) : gathered(size, parse),
})

/** Reads the beginning of a file. */
export const beginning = (name: string, most: number, parse: Parse): Reduction => ({
  name,
  begin: (size) => gathered(Math.min(size, most), parse),
})

/** UTF-8, unless it says otherwise at its beginning: what PowerShell's `>` writes is UTF-16, and is read by those that it is for. */
export const textOf = (content: Buffer): string => decoded(content).replace(/^\uFEFF/, '')

const decoded = (content: Buffer): string => {
  const mark = content.toString('latin1', 0, 2)
  if (mark === '\xff\xfe') return content.toString('utf16le')
  // Of an odd length when it was cut off.
  if (mark === '\xfe\xff')
    return Buffer.from(content.subarray(0, content.length & ~1))
      .swap16()
      .toString('utf16le')
  return content.toString('utf8')
}

const never = (value: object): Scan => ({feed: () => undefined, end: () => stored(value)})

/** In one piece of memory from the beginning: a large file would be held twice while its pieces are put together. */
const gathered = (size: number, parse: Parse): Scan => {
  const content = Buffer.allocUnsafeSlow(size)
  let filled = 0
  return {
    feed(bytes) {
      filled += bytes.copy(content, filled)
    },
    end: () => stored(parse(content.subarray(0, filled))),
  }
}

export const stored = (value: object | undefined): Buffer | undefined =>
  value === undefined ? undefined : Buffer.from(JSON.stringify(value))
