import test from 'ava'

import {ImmError} from '../../../src/errors.ts'
import {settled, testSet, type TestRelease} from './kit.ts'

/** Both go all the way. */
const flip = async (...releases: TestRelease[]) => {
  for (const release of releases) await release.split()
  for (const release of releases) await release.ended('live')
}

const setOf = () => {
  const set = testSet()
  return {...set, web: set.app('web'), api: set.app('api')}
}

test('the first that is verified waits for the last, and all are flipped in one step', async (t) => {
  const {web, api, splits} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  t.is(one.state, 'ready')
  await other.ready()
  t.deepEqual([one.state, other.state], ['go', 'go'])
  await other.split()
  t.is(other.state, 'splitting')
  t.deepEqual(splits, [])
  await one.split()
  t.deepEqual([one.state, other.state], ['flipped', 'flipped'])
  t.deepEqual(splits, [['web r1-web', 'api r2-api']])
})

test('one that changes alone waits for nobody', async (t) => {
  const {web, splits} = setOf()
  const one = await web.change()
  await one.ready()
  await flip(one)
  t.deepEqual(splits, [['web r1-web']])
})

test('who looks for news is waited for, and where it finds none, no longer', async (t) => {
  const {web, api} = setOf()
  const one = await web.change()
  const known = api.looks()
  await one.ready()
  t.is(one.state, 'ready')
  known()
  await settled()
  t.is(one.state, 'go')
})

test('nobody flips before each app has looked once, or serves what is pinned', async (t) => {
  for (const how of ['looks', 'is pinned'] as const) {
    const set = testSet()
    const web = set.app('web')
    const api = set.app('api', false)
    const one = await web.change()
    await one.ready()
    t.is(one.state, 'ready')
    if (how === 'looks') {
      const known = api.looks()
      await settled()
      t.is(one.state, 'ready')
      known()
    } else await api.hear({type: 'live', cause: 'rollback'})
    await settled()
    t.is(one.state, 'go')
  }
})

test('one that begins while another waits belongs to the same change', async (t) => {
  const {web, api, splits} = setOf()
  const one = await web.change()
  const known = api.looks()
  await one.ready()
  const other = await api.change()
  known()
  await settled()
  t.is(one.state, 'ready')
  await other.ready()
  await flip(one, other)
  t.is(splits.length, 1)
})

test('events of one save that come a moment later are waited for, and a batch of files that has not come to rest', async (t) => {
  const {web, api, now, passes} = setOf()
  const one = await web.change(now())
  await one.ready()
  t.is(one.state, 'ready')
  await passes(99)
  t.is(one.state, 'ready')
  api.isSettling = true
  await passes(1)
  t.is(one.state, 'ready')
  await passes(10)
  t.is(one.state, 'ready')
  api.isSettling = false
  await passes(10)
  t.is(one.state, 'go')
})

test('files that never come to rest hold nobody up for long', async (t) => {
  const {web, api, passes} = setOf()
  api.isSettling = true
  const one = await web.change()
  await one.ready()
  for (let passed = 0; passed < 1990; passed += 10) await passes(10)
  t.is(one.state, 'ready')
  await passes(10)
  t.is(one.state, 'go')
})

test('how long files are waited for begins anew with each that joins', async (t) => {
  const {web, api, passes} = setOf()
  web.isSettling = true
  const one = await web.change()
  await one.ready()
  const other = await api.change()
  await passes(3000)
  await other.ready()
  t.is(one.state, 'ready')
  web.isSettling = false
  await passes(10)
  t.is(one.state, 'go')
})

test('a clock that was set back holds nobody up for long', async (t) => {
  const {web, now, passes} = setOf()
  const one = await web.change(now() + 3_600_000)
  await one.ready()
  await passes(100)
  t.is(one.state, 'go')
})

for (const order of ['before', 'after'] as const)
  test(`where one is rejected ${order} the other is verified, that one is held back and told why`, async (t) => {
    const {web, api, splits} = setOf()
    const [one, other] = [await web.change(), await api.change()]
    if (order === 'after') await one.ready()
    await other.ended('rejected')
    if (order === 'before') await one.ready()
    t.is(one.state, 'TOGETHER_REJECTED api r2-api was rejected: it is broken')
    t.deepEqual(splits, [])
  })

test('what was held back is tried again with the correction, and both are flipped together', async (t) => {
  const {web, api, splits} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ended('rejected')
  await one.ended('held back')
  t.is(web.retries, 0)
  const corrected = await api.change()
  t.is(web.retries, 1)
  const again = await web.change()
  await corrected.ready()
  t.is(corrected.state, 'ready')
  await again.ready()
  await flip(corrected, again)
  t.deepEqual(splits, [['api r3-api', 'web r4-web']])
  t.is(web.retries, 1)
})

test('a correction that comes before the other is told is waited for', async (t) => {
  const {web, api} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await other.ended('rejected')
  const known = api.looks()
  await one.ready()
  t.is(one.state, 'ready')
  const corrected = await api.change()
  known()
  await corrected.ready()
  t.deepEqual([one.state, corrected.state], ['go', 'go'])
})

test('a broken one keeps later changes of the others out, too', async (t) => {
  const {web, api} = setOf()
  const other = await api.change()
  await other.ended('rejected')
  const one = await web.change()
  await one.ready()
  t.regex(one.state, /^TOGETHER_REJECTED api/)
  await one.ended('held back')
  const later = await web.change()
  await later.ready()
  t.regex(later.state, /^TOGETHER_REJECTED api/)
})

test('a broken one that is taken back, or rolled back, lets the others in', async (t) => {
  for (const heard of [{type: 'unchanged', state: 'live'} as const, {type: 'live', cause: 'rollback'} as const]) {
    const {web, api} = setOf()
    const [one, other] = [await web.change(), await api.change()]
    await other.ended('rejected')
    await one.ready()
    await one.ended('held back')
    await api.hear({type: 'unchanged', state: 'rejected'})
    await api.hear({type: 'live', cause: 'replace'})
    t.is(web.retries, 0)
    await api.hear(heard)
    t.is(web.retries, 1)
  }
})

test('an app whose files can’t be read keeps the others out until they can', async (t) => {
  const {web, api} = setOf()
  await api.hear({type: 'rejected', release: undefined, message: 'no such file'})
  const one = await web.change()
  await one.ready()
  t.is(one.state, 'TOGETHER_REJECTED api could not be read: no such file')
  await one.ended('held back')
  const known = api.looks()
  known()
  await settled()
  t.is(web.retries, 1)
})

test('a newer release of an app takes the place of the older one', async (t) => {
  const {web, api, splits} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await other.ready()
  const newer = await api.change()
  await one.ready()
  t.is(one.state, 'ready')
  await newer.ready()
  // The older one's container may take a while to go.
  t.deepEqual([one.state, newer.state], ['go', 'go'])
  await other.ended('superseded')
  await flip(one, newer)
  t.deepEqual(splits, [['web r1-web', 'api r3-api']])
})

test('one that has to be begun again is waited for, though for a moment there is none of it', async (t) => {
  const {web, api} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  const moved = other.ended('moved')
  for (let ticks = 0; ticks < 20; ticks++) await Promise.resolve()
  const known = api.looks()
  await moved
  t.is(one.state, 'ready')
  const again = await api.change()
  known()
  await again.ready()
  t.deepEqual([one.state, again.state], ['go', 'go'])
})

test('a newer release of one that waits leaves the other waiting for it', async (t) => {
  const {web, api} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  const newer = await web.change()
  t.is(one.state, 'superseded')
  await other.ready()
  t.is(other.state, 'ready')
  await one.ended('superseded')
  await newer.ready()
  t.deepEqual([newer.state, other.state], ['go', 'go'])
})

test('where one changes again between its word and its turn, the others are not flipped, and tried again with it', async (t) => {
  const {web, api, splits} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ready()
  await one.split()
  const newer = await api.change()
  t.is(one.state, 'TOGETHER_REJECTED api has changed again')
  await other.ended('superseded')
  await one.ended('held back')
  t.is(web.retries, 1)
  const again = await web.change()
  await newer.ready()
  await again.ready()
  await flip(newer, again)
  t.deepEqual(splits, [['api r3-api', 'web r4-web']])
})

test('one that has its turn is flipped, whatever follows it', async (t) => {
  const {web, api, splits} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ready()
  await one.split()
  const newer = await web.change()
  await newer.ready()
  t.is(newer.state, 'ready')
  await other.split()
  t.deepEqual([one.state, other.state], ['flipped', 'flipped'])
  await settled()
  t.is(newer.state, 'go')
  await one.ended('live')
  await other.ended('live')
  await flip(newer)
  t.deepEqual(splits, [['web r1-web', 'api r2-api'], ['web r3-web']])
})

test('one that is given up, or ends with imm, is not waited for', async (t) => {
  const {web, api} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ended('aborted')
  t.is(one.state, 'go')
})

test('one that ends before its turn calls the step off', async (t) => {
  const {web, api, splits} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ready()
  await one.split()
  await other.ended('rejected')
  t.regex(one.state, /^TOGETHER_REJECTED api r2-api/)
  await one.ended('held back')
  t.is(web.retries, 0)
  t.deepEqual(splits, [])
})

test('a turn that never comes calls the step off', async (t) => {
  const {web, api} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ready()
  const late = new AbortController()
  await one.split(late.signal)
  late.abort(new Error('15 s are over'))
  await settled()
  t.is(one.state, 'TOGETHER_REJECTED api did not come to its turn in time')
  await one.ended('held back')
  t.is(web.retries, 1)
  await other.split()
  t.is(other.state, 'TOGETHER_REJECTED api did not come to its turn in time')
})

test('once all are being flipped nobody can take it back', async (t) => {
  const {web, api, hold} = setOf()
  const go = hold()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ready()
  const late = new AbortController()
  await one.split(late.signal)
  await other.split()
  late.abort(new Error('15 s are over'))
  await settled()
  t.deepEqual([one.state, other.state], ['splitting', 'splitting'])
  go()
  await settled()
  t.deepEqual([one.state, other.state], ['flipped', 'flipped'])
})

test('where another release got the traffic first, all are tried again at once', async (t) => {
  const {web, api, fail} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ready()
  fail(new ImmError('GENERATION_STALE', 'a newer release has the traffic'))
  await one.split()
  await other.split()
  t.is(one.state, 'TOGETHER_REJECTED nothing was flipped: a newer release has the traffic')
  await one.ended('held back')
  await other.ended('held back')
  t.deepEqual([web.retries, api.retries], [1, 1])
})

test('where the proxy fails, all are tried again with the next change, and not over and over', async (t) => {
  const {web, api, fail} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.ready()
  await other.ready()
  fail(new ImmError('PROXY_UNREACHABLE', 'no answer'))
  await one.split()
  await other.split()
  await one.ended('held back')
  await other.ended('held back')
  t.deepEqual([web.retries, api.retries], [0, 0])
  fail(undefined)
  await api.change()
  t.deepEqual([web.retries, api.retries], [1, 0])
})

test('one that can’t run twice is told when it alone is missing, and the others wait until it is verified', async (t) => {
  const {web, api, splits} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await other.missing()
  t.is(other.state, 'missing')
  await one.ready()
  t.deepEqual([one.state, other.state], ['ready', 'alone'])
  await other.ready()
  t.deepEqual([one.state, other.state], ['go', 'go'])
  await flip(one, other)
  t.is(splits.length, 1)
})

test('two that can’t run twice don’t wait for each other', async (t) => {
  const {web, api} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await one.missing()
  await other.missing()
  t.deepEqual([one.state, other.state], ['alone', 'alone'])
  await one.ready()
  t.is(one.state, 'ready')
  await other.ready()
  t.deepEqual([one.state, other.state], ['go', 'go'])
})

test('one that can’t run twice doesn’t end its predecessor for what is rejected', async (t) => {
  const {web, api} = setOf()
  const [one, other] = [await web.change(), await api.change()]
  await other.missing()
  await one.ended('rejected')
  t.regex(other.state, /^TOGETHER_REJECTED web/)
})

test('nothing is decided any more once imm ends', async (t) => {
  const {web, stop} = setOf()
  const one = await web.change()
  stop.abort(new Error('over'))
  await one.ready()
  t.is(one.state, 'ready')
  await one.ended('aborted')
  t.is(one.state, 'quit')
})
