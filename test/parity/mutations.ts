import * as fc from 'fast-check'

const seed = Number(process.env['IMM_TEST_FUZZ_SEED'] ?? 1)

export interface Mutation {
  changed: Buffer
  /** bytes of each piece that it comes in */
  pieces: number
}

type Change = readonly [kind: 'set' | 'cut' | 'double' | 'drop', at: number, value: number]

/** A file as somebody could have damaged or doctored it: the same ones for the same seed (IMM_TEST_FUZZ_SEED). */
export const mutationsOf = (content: Buffer, count: number): Mutation[] =>
  fc
    .sample(
      fc.record({
        changes: fc.array(
          fc.tuple(
            fc.constantFrom<Change[0]>('set', 'set', 'set', 'cut', 'double', 'drop'),
            // Most of what a file means is where it says something, not among its zeros.
            fc.oneof(fc.constantFrom(...placesOf(content)), fc.nat(content.length)),
            fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, 0x5b, 0x7b), fc.nat(255)),
          ),
          {minLength: 1, maxLength: 8},
        ),
        pieces: fc.constantFrom(7, 512, 65_536),
      }),
      {seed, numRuns: count},
    )
    .map(({changes, pieces}) => ({changed: changes.reduce(change, content), pieces}))

const placesOf = (content: Buffer): number[] => {
  const places: number[] = []
  for (let at = 0; at < content.length; at++) if (content[at] !== 0) places.push(at)
  return places.length === 0 ? [0] : places
}

const change = (content: Buffer, [kind, at, value]: Change): Buffer => {
  const [before, after] = [content.subarray(0, at), content.subarray(at)]
  if (kind === 'cut') return Buffer.from(before)
  if (kind === 'drop') return Buffer.concat([before, after.subarray(value)])
  if (kind === 'double') return Buffer.concat([before, after.subarray(0, value), after])
  return Buffer.concat([before, Buffer.of(value), after.subarray(1)])
}
