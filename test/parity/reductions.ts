import type {Reduction} from '../../src/parity/image/reduction.ts'

/** What a file is reduced to that comes in pieces of that size. */
export const reducedTo = (reduction: Reduction | undefined, content: Buffer | string, pieces = 1000): unknown => {
  const bytes = Buffer.from(content)
  const scan = reduction?.begin(bytes.length)
  for (let at = 0; at < bytes.length; at += pieces) {
    // In memory that is used again, as a stream's may be.
    const piece = Buffer.from(bytes.subarray(at, at + pieces))
    scan?.feed(piece)
    piece.fill(0xaa)
  }
  const kept = scan?.end()
  return kept === undefined ? undefined : JSON.parse(kept.toString('utf8'))
}

/** The content of a program that has these texts in it. */
export const programWith = (...texts: string[]): Buffer =>
  Buffer.concat([
    Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
    Buffer.alloc(5000),
    ...texts.map((text) => Buffer.from(`\0${text}\0`)),
  ])
