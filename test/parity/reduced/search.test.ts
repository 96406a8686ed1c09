import test from 'ava'
import * as fc from 'fast-check'

import {search} from '../../../src/parity/reduced/search.ts'

const seed = Number(process.env['IMM_TEST_FUZZ_SEED'] ?? 1)

const findsIn = (text: string, pieces: readonly number[], reach = {before: 1, after: 4}): string[] => {
  const finds: string[] = []
  const searching = search(['ab', 'ba'], reach, (bytes, at, offset) =>
    finds.push(`${offset} ${bytes.toString().slice(0, at)}|${bytes.toString().slice(at)}`),
  )
  const bytes = Buffer.from(text)
  let from = 0
  for (const piece of pieces) {
    searching.feed(bytes.subarray(from, from + piece))
    from += piece
  }
  searching.feed(bytes.subarray(from))
  searching.end()
  return finds.toSorted()
}

test('a text is found with what is around it, at the beginning and the end of a file too', (t) => {
  t.deepEqual(findsIn('ab..xba', []), ['0 |ab..', '5 x|ba'])
})

test('a file made of nothing else is not searched to its end', (t) => {
  t.is(findsIn('ab'.repeat(100_000), []).length, 100_000)
})

test('what is found does not depend on the pieces that the file comes in', (t) => {
  fc.assert(
    fc.property(
      fc.string({unit: fc.constantFrom('a', 'b', '.'), maxLength: 60}),
      fc.array(fc.integer({min: 0, max: 9}), {maxLength: 20}),
      (text, pieces) => {
        t.deepEqual(findsIn(text, pieces), findsIn(text, []))
      },
    ),
    {seed, numRuns: 300},
  )
  t.deepEqual(findsIn('aba', [1, 1]), ['0 |aba', '1 a|ba'])
})
