import test from 'ava'

import {gapOf} from '../../../src/parity/reduced/gap.ts'
import {beginning, textOf, wholeFile} from '../../../src/parity/reduced/reduce.ts'
import {reducedTo} from '../reductions.ts'

const length = (content: Buffer) => ({text: textOf(content)})

test('a file is read as a whole, whatever pieces it comes in, and not at all where it is too large', (t) => {
  const reduction = wholeFile('x', 2048, length)
  t.deepEqual(reducedTo(reduction, '\uFEFFcontent', 3), {text: 'content'})
  t.deepEqual(reducedTo(reduction, ''), {text: ''})
  t.deepEqual(reducedTo(reduction, 'x'.repeat(2049)), {problem: 'it has more than 2 KiB'})
})

test('of a file of which the beginning counts, the rest is left', (t) => {
  t.deepEqual(reducedTo(beginning('x', 5, length), 'beginning', 2), {text: 'begin'})
})

test('files that cannot be read are one gap, with the first three of them', (t) => {
  t.deepEqual(gapOf('runtimes', []), [])
  const files = ['/a', '/b', '/c', '/d'].map((path) => ({path, problem: 'it is none'}))
  t.deepEqual(gapOf('dependencies', files), [
    {
      part: 'dependencies',
      reason: 'not all files can be read: /a: it is none; /b: it is none; /c: it is none; and 1 more',
    },
  ])
})
