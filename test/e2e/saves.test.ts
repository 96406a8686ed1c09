import {setTimeout as sleep} from 'node:timers/promises'

import {startDev} from '../support/dev.ts'
import {applicationsOf, imagesOf} from '../support/engine-socket.ts'
import {test} from '../support/one-by-one.ts'
import {answerOf, trafficProject} from '../support/traffic-app.ts'
import {watchStarts} from '../support/traffic-engine.ts'
import {request} from '../support/traffic-request.ts'

const saves = 20
const tidyWithinMs = 30_000

/** When each save comes, in ms, and how long imm waits for rest: it sees none between them, some, or rest after each. */
const rhythms = {
  'without rest': {atMs: (save: number) => save * 45, quiet: '50ms'},
  'in bursts': {atMs: (save: number) => save * 20 + Math.floor(save / 4) * 100, quiet: '50ms'},
  'each at rest': {atMs: (save: number) => save * 45, quiet: '10ms'},
}

for (const [rhythm, {atMs, quiet}] of Object.entries(rhythms))
  test(`of twenty saves within a second the last is live in the end, and of the others nothing is left (${rhythm})`, async (t) => {
    await using project = await trafficProject(
      `watch: {quiet: ${quiet}}\nkeep: {stopped: ${saves}, images: ${saves * 2}}`,
    )
    using engine = await watchStarts(project.name)
    await using dev = startDev(project)
    await dev.next('live')

    const began = performance.now()
    for (let save = 1; save <= saves; save++) {
      await sleep(Math.max(0, began + atMs(save) - performance.now()))
      await project.write('src/greeting.txt', `save ${save}`)
    }
    const tookMs = performance.now() - began
    let answer
    do {
      await dev.next('live')
      answer = await request(dev.address())
    } while (answer.body !== answerOf(`save ${saves}`))

    const lives = dev.events.flatMap((event) => (event.type === 'live' ? [event.release as string] : []))
    t.is(answer.release, lives.at(-1) ?? '')
    const expected = {
      containers: [
        ...lives.slice(0, -2).map((release) => `${release} exited`),
        `${lives.at(-2)} paused`,
        `${lives.at(-1)} running`,
      ].toSorted(),
      images: lives.toSorted(),
    }
    const found = async () => ({
      containers: (await applicationsOf(project.name))
        .map(({Labels, State}) => `${Labels['imm.release']} ${State}`)
        .toSorted(),
      images: (await imagesOf(project.name))
        .flatMap(({RepoTags}) => RepoTags?.map(releaseOf) ?? ['untagged'])
        .filter((name) => name !== 'anchor')
        .toSorted(),
    })
    // What was given up is taken away in the background.
    const deadlineMs = Date.now() + tidyWithinMs
    while (Date.now() < deadlineMs && JSON.stringify(await found()) !== JSON.stringify(expected)) await sleep(100)
    t.deepEqual(await found(), expected)
    t.deepEqual(
      dev.events.filter(({type}) => ['rejected', 'warning', 'died'].includes(type)),
      [],
    )

    const started = engine.started.length - 1
    t.log(
      `${saves} saves in ${Math.round(tookMs)} ms: ${started} containers started, ${lives.length - 1} releases went live`,
    )
    t.true(started >= 1 && started <= saves / 2, engine.started.join(' '))
  })

const releaseOf = (tag: string): string => tag.replace(/^.*:main-/, '')
