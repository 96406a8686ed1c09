import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'
import {execa} from 'execa'
import {array, assert, constantFrom, property} from 'fast-check'

import {editsOf} from '../../src/drift/edits.ts'
import {unifiedDiff} from '../../src/drift/unified-diff.ts'

const names = {before: 'a', after: 'b'}

test('equal texts have no difference', (t) => {
  t.is(unifiedDiff('one\n', 'one\n', names), '')
})

test('a difference has three lines around it, and numbers that tell where it is', (t) => {
  const lines = Array.from({length: 20}, (_, index) => `line ${index + 1}\n`)
  const after = lines.with(9, 'ten\n').toSpliced(18, 1)
  t.is(
    unifiedDiff(lines.join(''), after.join(''), names),
    [
      '--- a',
      '+++ b',
      '@@ -7,7 +7,7 @@',
      ' line 7\n line 8\n line 9\n-line 10\n+ten\n line 11\n line 12\n line 13',
      '@@ -16,5 +16,4 @@',
      ' line 16\n line 17\n line 18\n-line 19\n line 20',
    ].join('\n'),
  )
})

test('a text without a line break at its end, and one that was empty, are told as diff tells them', (t) => {
  t.is(unifiedDiff('one', 'one\n', names), '--- a\n+++ b\n@@ -1,1 +1,1 @@\n-one\n\\ No newline at end of file\n+one')
  t.is(unifiedDiff('', 'one\n', names), '--- a\n+++ b\n@@ -0,0 +1,1 @@\n+one')
})

const texts = array(constantFrom('a\n', 'b\n', 'c\n', 'd\n', 'e\n'), {maxLength: 40})

/** Length of the longest common part, by the book. */
const commonOf = (a: readonly string[], b: readonly string[]): number => {
  let row = Array.from({length: b.length + 1}, () => 0)
  for (const one of a) {
    const next = [0]
    for (const [index, other] of b.entries())
      next.push(one === other ? (row[index] ?? 0) + 1 : Math.max(next[index] ?? 0, row[index + 1] ?? 0))
    row = next
  }
  return row.at(-1) ?? 0
}

test('edits lead from one text to the other, in as few steps as can be', (t) => {
  assert(
    property(texts, texts, (before, after) => {
      const edits = editsOf(before, after)
      const side = (other: string) => edits.filter(({sign}) => sign !== other).map(({line}) => line)
      t.deepEqual(side('+'), before)
      t.deepEqual(side('-'), after)
      t.is(edits.filter(({sign}) => sign === ' ').length, commonOf(before, after))
    }),
    {numRuns: 300},
  )
})

const many = (name: string) => Array.from({length: 20_000}, (_, index) => `${name} ${index}\n`)

test('texts that have nothing in common are told as one replacement, at once', (t) => {
  const edits = editsOf(many('a'), many('b'))
  t.is(edits.length, 40_000)
  t.is(edits[0]?.sign, '-')
  t.is(edits.at(-1)?.sign, '+')
})

test('patch takes what is told', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-diff-'))
  t.teardown(() => rm(directory, {recursive: true}))
  const before = Array.from({length: 30}, (_, index) => `${index % 7}\n`).join('')
  const after = `new\n${before.replace('3\n', 'three\n')}end`
  await writeFile(path.join(directory, 'a'), before)
  const {exitCode} = await execa('patch', ['--version'], {reject: false})
  if (exitCode !== 0) return t.pass('there is no patch here')
  await execa('patch', ['a'], {cwd: directory, input: `${unifiedDiff(before, after, names)}\n`})
  const {stdout} = await execa('cat', ['a'], {cwd: directory, stripFinalNewline: false})
  return t.is(stdout, after)
})
