import test from 'ava'

import {judge} from '../../bench/soak/journal.ts'
import type {Failure, Happening} from '../../bench/soak/journal.ts'
import {growthOf} from '../../bench/soak/memory.ts'
import {soak} from '../../bench/soak/soak.ts'
import {summarise, summaryText} from '../../bench/soak/summary.ts'
import {daemonPlace} from './kit/daemon.ts'

test('in half a minute of flips, killed applications and a killed proxy nothing fails that should not, and no handle is left', async (t) => {
  t.timeout(110_000)
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const {home} = (await daemonPlace(t)).paths
  const summary = summarise(await soak({minutes: 0.4, home, signal: stop.signal, say: (line) => t.log(line)}))
  t.log(summaryText(summary))
  t.deepEqual(summary.problems, [])
  for (const kind of ['kept connection', 'new connection', 'upload', 'slow upload', 'slow download', 'WebSocket echo'])
    t.true((summary.kinds.find((each) => each.kind === kind)?.passed ?? 0) > 0, kind)
  for (const what of ['flip', 'proxy handed over', 'proxy killed', 'application killed'])
    t.true((summary.happenings[what] ?? 0) > 0, what)
})

const failure: Failure = {
  kind: 'any',
  reason: 'ECONNRESET',
  startMs: 10_000,
  endMs: 11_000,
  answered: false,
  repeatable: true,
  release: undefined,
}
const happening = (what: Happening['what'], fromMs: number, of = ''): Happening => ({
  what,
  of,
  fromMs,
  toMs: fromMs + 10,
})
const excuse = (more: Partial<Failure>, ...happenings: Happening[]) => judge({...failure, ...more}, happenings).excuse

test('a flip excuses no failure', (t) => {
  t.is(excuse({}, happening('flip', 10_500)), undefined)
})

test('a killed application excuses what nobody may send again, and not a GET without an answer', (t) => {
  const killed = happening('application killed', 10_500)
  t.is(excuse({}, killed), undefined)
  t.is(excuse({repeatable: false}, killed), 'application killed')
  t.is(excuse({answered: true}, killed), 'application killed')
})

test('a killed proxy excuses what was under way, and nothing long before or after', (t) => {
  t.is(excuse({}, happening('proxy killed', 10_500)), 'proxy killed')
  t.is(excuse({}, happening('proxy killed', 5000)), undefined)
  t.is(excuse({}, happening('proxy killed', 15_000)), undefined)
})

test('the end of a drain excuses the end of what was on that release, and at that time alone', (t) => {
  const retired: Happening = {what: 'retired', of: 'r3-aaaaaaa', fromMs: 5000, toMs: 11_000}
  t.is(excuse({answered: true, release: 'r3-aaaaaaa'}, retired), 'retired')
  t.is(excuse({answered: true, release: 'r4-aaaaaaa'}, retired), undefined)
  t.is(excuse({answered: true, release: 'r3-aaaaaaa', endMs: 8000}, retired), undefined)
})

test('memory that comes and goes is no growth, and what stays is', (t) => {
  const sawtooth = Array.from({length: 240}, (_, index) => ({atMs: index * 1000, mb: 100 + (index % 20)}))
  t.true(Math.abs(growthOf(sawtooth).grownMb) < 1)
  const leak = sawtooth.map(({atMs, mb}, index) => ({atMs, mb: mb + index / 10}))
  t.true(Math.abs(growthOf(leak).grownMb - 24) < 2)
})
