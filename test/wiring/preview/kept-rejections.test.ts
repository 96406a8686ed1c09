import test from 'ava'

import type {Content} from '../../../src/ledger/entry.ts'
import type {PreviewRecord} from '../../../src/state/previews.ts'
import {keptRejections} from '../../../src/wiring/preview/kept-rejections.ts'
import {draft, id, testLedger} from '../../ledger/kit.ts'

const {signal} = new AbortController()

const tried = (commit: string): Pick<PreviewRecord, 'project' | 'environment' | 'tried'> => ({
  project: id.project,
  environment: id.environment,
  tried: {commit, outcome: 'rejected', code: 'CRASHED', message: 'it ended with exit code 3'},
})

const rejected = (release: 'r1-aaaaaaa' | 'r2-bbbbbbb' | 'r3-ccccccc', output: readonly string[]): Content => ({
  type: 'rejected',
  release,
  stage: 'verify',
  code: 'CRASHED',
  message: `${release} ended with exit code 3`,
  next: 'See its output.',
  output,
})

const revision = (release: 'r1-aaaaaaa' | 'r2-bbbbbbb' | 'r3-ccccccc', commit: string): Content => ({
  type: 'revision',
  release,
  commit,
  branch: 'x',
  dirty: false,
})

test('of a rejected commit the lines of its last attempt are found in its history, and of no other commit', async (t) => {
  await using ledger = await testLedger()
  const entries: Content[] = [
    rejected('r1-aaaaaaa', ['of the commit before']),
    revision('r1-aaaaaaa', 'c1'),
    rejected('r2-bbbbbbb', ['at first']),
    revision('r2-bbbbbbb', 'c2'),
    rejected('r3-ccccccc', ['cannot find module', 'at load']),
    revision('r3-ccccccc', 'c2'),
  ]
  await ledger.append(entries.map(draft))
  const kept = await keptRejections(tried('c2'), ledger.home, signal)
  t.like(kept, [{app: id.app, release: 'r3-ccccccc', stage: 'verify', output: ['cannot find module', 'at load']}])
  t.is(kept.length, 1)
  t.deepEqual(await keptRejections(tried('c3'), ledger.home, signal), [])
})

test('a preview whose last commit is live has none', async (t) => {
  await using ledger = await testLedger()
  await ledger.append([rejected('r1-aaaaaaa', ['once']), revision('r1-aaaaaaa', 'c1')].map(draft))
  t.deepEqual(await keptRejections({...id, tried: {commit: 'c1', outcome: 'live'}}, ledger.home, signal), [])
})
