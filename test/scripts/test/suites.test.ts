import test from 'ava'

import {alone, needServers, planSuites} from '../../../scripts/test/suites.ts'

const plan = (...args: string[]) => planSuites(args).map((suite) => [suite.config, ...suite.args])

test('without files both runs happen, with the same options', (t) => {
  t.deepEqual(plan(), [['ava.config.js'], ['ava.engine.config.js']])
  t.deepEqual(plan('--match=a*'), [
    ['ava.config.js', '--match=a*'],
    ['ava.engine.config.js', '--match=a*'],
  ])
})

test('files go to the run that they belong to, and the other does not happen', (t) => {
  t.deepEqual(plan('test/e2e/dev.test.ts:12', '-u'), [['ava.engine.config.js', '-u', 'test/e2e/dev.test.ts:12']])
  t.deepEqual(plan('./test/source/**'), [['ava.config.js', 'test/source/**']])
  t.deepEqual(plan('test/contract/engine.test.ts', 'test/source/pack.test.ts'), [
    ['ava.config.js', 'test/source/pack.test.ts'],
    ['ava.engine.config.js', 'test/contract/engine.test.ts'],
  ])
})

test('images of servers are made where a test that needs them may run', (t) => {
  t.true(needServers([]))
  t.true(needServers(['--match=a*']))
  t.true(needServers(['test/e2e/compose-shop.test.ts:12']))
  t.true(needServers(['test/e2e/**']))
  t.false(needServers(['test/e2e/dev.test.ts', '--match=a*']))
})

test('of the whole, tests on an engine that fail are run again, one file after the other; named ones are not', (t) => {
  const [unit, engine] = planSuites([])
  t.deepEqual([unit?.again, engine?.again], [undefined, true])
  t.deepEqual(
    planSuites(['test/e2e/dev.test.ts']).map(({again}) => again),
    [undefined],
  )
  t.deepEqual(alone({title: 'e2e', config: 'engine.js', args: []}, ['test/e2e/dev.test.ts']).args, [
    '--concurrency',
    '1',
    'test/e2e/dev.test.ts',
  ])
})
