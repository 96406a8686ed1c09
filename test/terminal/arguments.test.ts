import {Parser} from '@oclif/core'
import test from 'ava'

import {logWords, rollbackArgument, stepsAsArguments, wordsAsTyped} from '../../src/terminal/arguments.ts'

test('-N is so many releases back, and everything else a release', (t) => {
  t.deepEqual(rollbackArgument('-2'), {back: 2})
  t.is(rollbackArgument('r12'), 'r12')
  t.is(rollbackArgument('r12-3fa9c1e'), 'r12-3fa9c1e')
  t.is(rollbackArgument(undefined), undefined)
  for (const text of ['-0', '-x', '2', '--2']) t.throws(() => rollbackArgument(text), {code: 'USAGE'}, text)
})

test('-N stands where it is taken for an argument, wherever it was typed', (t) => {
  t.deepEqual(stepsAsArguments(['-2', '--json']), ['--json', '--', '-2'])
  t.deepEqual(stepsAsArguments(['-e', 'x', '-12']), ['-e', 'x', '--', '-12'])
  t.deepEqual(stepsAsArguments(['--', '-2']), ['--', '-2'])
  t.deepEqual(stepsAsArguments(['r1', '-v']), ['r1', '-v'])
})

test('words that are typed twice stay where they are', async (t) => {
  const typed = ['exec', '-U', 'shop', '-d', 'shop', '-c', 'select 1']
  const {raw} = await Parser.parse(['--', ...typed], {strict: false})
  t.deepEqual(wordsAsTyped(raw), typed)
})

test('logs are asked for by names, or of one release', (t) => {
  t.deepEqual(logWords([]), {release: undefined, names: []})
  t.deepEqual(logWords(['web', 'db']), {release: undefined, names: ['web', 'db']})
  t.deepEqual(logWords(['r12']), {release: 'r12', names: []})
  for (const words of [
    ['r12', 'web'],
    ['r1', 'r2'],
  ])
    t.throws(() => logWords(words), {code: 'USAGE'}, words.join(' '))
})
