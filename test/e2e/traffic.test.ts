import {releaseNumber} from '../../src/release/identity.ts'
import {startDev} from '../support/dev.ts'
import {applicationsOf, imagesOf} from '../support/engine-socket.ts'
import {test} from '../support/one-by-one.ts'
import {answerOf, trafficProject} from '../support/traffic-app.ts'
import {begin, bodyOf, releaseOf, request} from '../support/traffic-request.ts'
import {openSocket} from '../support/traffic-socket.ts'
import {startTraffic} from '../support/traffic.ts'
import {until} from '../support/until.ts'

const flips = 50
const perSecond = 200

const releaseOfTag = (tag: string): string => tag.replace(/^.*:main-/, '')

test('fifty flips under load fail no request, mix no answer, and show nobody an unproved release', async (t) => {
  await using project = await trafficProject()
  await using dev = startDev(project, ['--verbose', '--no-logs'])
  const contents = new Map([[(await dev.next('live')).release as string, 'first']])
  const live = () => Math.max(...[...contents.keys()].map((release) => releaseNumber(release) ?? 0))
  await using traffic = startTraffic({...dev.address(), perSecond, live})
  const began = performance.now()
  for (let flip = 1; flip <= flips; flip++) {
    // One that runs beside the live release and never becomes healthy, until the next save takes its place.
    if (flip % 10 === 5) await saveUnhealthy(flip)
    await project.write('src/greeting.txt', `version ${flip}`)
    const before = [...contents.keys()].at(-1)
    const {release, previous} = await dev.next('live')
    contents.set(release, `version ${flip}`)
    // An assertion in time, each time: what is slow but moves on is not stopped.
    t.is(before, previous)
    t.timeout(60_000)
  }
  // The last one is live, and has not been asked yet.
  await until(async () => traffic.answers.has([...contents.keys()].at(-1) ?? ''))
  const seconds = (performance.now() - began) / 1000
  const report = await traffic.end()

  t.deepEqual(report.failures, [])
  const expected = [...report.answers.keys()].map((release) => [
    release,
    [answerOf(contents.get(release) ?? 'unproved')],
  ])
  t.deepEqual(
    [...report.answers].map(([release, bodies]) => [release, [...bodies.keys()]]),
    expected,
  )
  t.is(contents.size, flips + 1)
  t.is(report.answers.size, contents.size, 'each release had traffic')
  t.true(report.sent > seconds * perSecond * 0.98, `${report.sent} in ${seconds} s`)
  t.is(dev.events.filter(({type}) => type === 'superseded').length, flips / 10)
  const unproved = (release: string) => !contents.has(release)
  t.deepEqual((await applicationsOf(project.name)).map(({Labels}) => Labels['imm.release'] ?? '').filter(unproved), [])
  // Builds that were cancelled at their very end are cleared away after the last release, in the background.
  await until(async () => {
    const names = (await imagesOf(project.name)).flatMap(({RepoTags}) => RepoTags?.map(releaseOfTag) ?? ['untagged'])
    return !names.some((name) => name !== 'anchor' && unproved(name))
  })
  const median = dev.events
    .flatMap((event) => (event.type === 'live' ? [event.timings.total] : []))
    .toSorted((a, b) => a - b)
  t.log(`${report.sent} requests in ${seconds.toFixed(1)} s, ${report.failures.length} failed; ${flips} flips`)
  t.log(`save to live: median ${median[Math.floor(median.length / 2)]} ms`)

  async function saveUnhealthy(flip: number): Promise<void> {
    await project.write('src/greeting.txt', `unhealthy ${flip}`)
    await dev.next('stage', ({release, stage}) => stage === 'verify' && (releaseNumber(release) ?? 0) > live())
  }
})

test('a WebSocket and a download that began before a flip finish on their release', async (t) => {
  await using project = await trafficProject('drain: 60s')
  await using dev = startDev(project)
  const first = await dev.next('live')
  using socket = await openSocket(dev.address())
  const download = await begin({...dev.address(), path: '/?parts=60&pause=100'})
  const body = bodyOf(download)

  await project.write('src/greeting.txt', 'second')
  const second = await dev.next('live')
  t.like(await request(dev.address()), {release: second.release, body: answerOf('second')})
  t.is(await socket.say('still there?'), 'first: still there?')
  t.is(releaseOf(download), first.release)
  t.is(await body, answerOf('first', 60))
  t.is(await socket.say('and now?'), 'first: and now?')
  t.false(dev.events.some(({type}) => type === 'retired'))
  socket.close()
  const retired = await dev.next('retired')
  t.like(retired, {release: first.release, cut: 0})
  t.true(retired.drainMs > 0)
})

test('what outlives the drain is cut and counted', async (t) => {
  await using project = await trafficProject('drain: 1s')
  await using dev = startDev(project)
  const first = await dev.next('live')
  using socket = await openSocket(dev.address())
  const download = await begin({...dev.address(), path: '/?parts=100000&pause=20'})
  const body = bodyOf(download).catch((error: NodeJS.ErrnoException) => error.code)

  await project.write('src/greeting.txt', 'second')
  const second = await dev.next('live')
  const retired = await dev.next('retired')
  t.like(retired, {release: first.release, cut: 2})
  t.true(retired.drainMs >= 1000)
  t.is(await body, 'ECONNRESET')
  await socket.closed
  t.like(await request(dev.address()), {status: 200, release: second.release, body: answerOf('second')})
})
