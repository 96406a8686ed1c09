import test from 'ava'

import {differences} from '../../src/delta/diff.ts'
import {globPart} from '../../src/delta/glob.ts'
import {writtenInstructions} from '../../src/delta/lines.ts'
import type {SourceNode} from '../../src/lifecycle/ports.ts'
import {tree} from '../support/source-tree.ts'

const matches = test.macro({
  title: (_title, pattern: string) => `matches ${pattern} as Go does`,
  exec(t, pattern: string, yes: string[], no: string[]) {
    for (const name of yes) t.true(globPart(pattern)?.(name), name)
    for (const name of no) t.false(globPart(pattern)?.(name), name)
  },
})
test(matches, '*', ['a', '.hidden', 'a b\n'], [])
test(matches, '*.js', ['.js', 'a.js'], ['ajs', 'a.jsx'])
test(matches, 'a?c', ['abc', 'a.c', 'a😀c'], ['ac', 'abbc'])
test(matches, '[a-c_1].x', ['a.x', 'b.x', '_.x', '1.x'], ['d.x', '-.x', 'ax'])
test(matches, 'a(b)+{c}|^$', ['a(b)+{c}|^$'], ['ab'])
test(matches, '**', ['a'], [])
test(matches, 'a{b,c}?', ['a{b,c}d'], ['ab'])

test('does not guess at what other classes match', (t) => {
  for (const pattern of ['[^a]', '[!a]', '[a', 'a]*', String.raw`a\*`, '[a-]', '[--9]'])
    t.is(globPart(pattern), undefined, pattern)
})

const lines = (text: string) => writtenInstructions(text)?.map(({line, text: one}) => `${line} ${one}`)

test('finds instructions by their lines', (t) => {
  t.deepEqual(lines('\uFEFF# a\n\nFROM a \\ \n  # b\n\n  b\r\nRUN <<A <<-B\nCOPY a b\nA\n\tB\nCMD c'), [
    '3 FROM a   b',
    '7 RUN <<A <<-B',
    '11 CMD c',
  ])
  t.is(lines('RUN a \\\\\nCMD b'), undefined)
  t.is(lines('RUN <<A\nCMD b'), undefined)
  t.is(lines('RUN <<A$B\nA$B\nCMD b'), undefined)
})

const root = (...children: [string, SourceNode][]) => ({
  ...tree({}),
  digest: JSON.stringify(children.map(([name]) => name)),
  children: new Map(children),
})

const untouched = (): SourceNode => ({
  kind: 'directory',
  mode: 0o755,
  mtimeMs: 0,
  digest: 'same',
  get children(): never {
    throw new Error('walked')
  },
})

test('walks only what differs', (t) => {
  const same = tree({a: '1', 'b/c': '1'})
  const found = differences(root(['d', untouched()], ['e', same]), root(['d', untouched()], ['f', same]))
  t.deepEqual(
    [...found].map(({parts, before: was, after: is}) => [parts.join('/'), was?.kind, is?.kind]),
    [
      ['f', undefined, 'directory'],
      ['e', 'directory', undefined],
    ],
  )
})

test('sees that a thing went to the place of another', (t) => {
  const [one, other] = [tree({x: '1'}), tree({x: '2'})]
  t.deepEqual(
    [...differences(root(['a', one], ['b', other]), root(['b', one], ['c', other]))].map(({parts}) => parts.join('/')),
    ['b/x', 'c', 'a'],
  )
})
