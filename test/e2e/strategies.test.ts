import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {startDev} from '../support/dev.ts'
import {applicationsOf} from '../support/engine-socket.ts'
import {imm, jsonLines} from '../support/imm.ts'
import {measuredLoad} from '../support/measured-load.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {read} from '../support/read.ts'
import {until} from '../support/until.ts'

const clients = 8

/** Every 20th of its answers is 500. */
const erring = (server: string): string =>
  server
    .replace(
      '=> response.end(`${greeting}\\n`)',
      '=> response.writeHead(++asked % 20 === 0 ? 500 : 200).end(`${greeting}\\n`)',
    )
    .replace('const server', 'let asked = 0\nconst server')

const canary = (steps: string) => `strategy: {canary: {steps: [${steps}], minRequests: 20, latency: 100}}`

const running = async (project: TestProject) =>
  (await applicationsOf(project.name)).filter(({State}) => State === 'running').map(({Labels}) => Labels['imm.release'])

test('each strategy takes over under load without a failed request, and a canary that errs never gets more than its first share', async (t) => {
  t.timeout(120_000)
  await using project = await testProject({settings: 'guard: false'})
  const settings = await readFile(path.join(project.directory, 'imm.yaml'), 'utf8')
  await using dev = startDev(project)
  await dev.next('live')
  await using load = measuredLoad(dev.address(), clients)
  const release = async (more: string) => {
    await project.write('imm.yaml', `${settings}${more}\n`)
    await project.write('src/greeting.txt', more)
  }

  await release('replicas: 3\nstrategy: {rolling: {surge: 1}}')
  const rolled = await dev.goesLive()
  t.is((await running(project)).filter((each) => each === rolled.release).length, 3)
  await load.round()

  await release(canary('{weight: 20, time: 300ms}, {weight: 50, time: 300ms}'))
  const shared = await dev.goesLive()
  t.deepEqual(
    dev.events.flatMap((event) => (event.type === 'shifted' && event.release === shared.release ? [event.weight] : [])),
    [0.2, 0.5],
  )

  // The same release again, until somebody decides.
  await release(canary('{weight: 20, time: 10m}'))
  const waiting = await dev.next('shifted', ({release: candidate}) => candidate !== shared.release)
  t.regex((await imm(project, 'status')).stdout, /canary 20 %, step 1 of 1/)
  const promoted = await imm(project, 'promote', '--json')
  t.like(jsonLines(promoted.stdout)[0], {type: 'promoted', release: waiting.release})
  await dev.next('live', (live) => live.release === waiting.release)
  const nothing = await imm(project, 'abort', '--json')
  t.is(nothing.exitCode, 1)
  t.like(jsonLines(nothing.stdout)[0], {type: 'error', code: 'NOT_UNDER_WAY'})

  const answersBefore = load.answers.length
  const server = await read(project, 'src/server.js')
  await project.write('imm.yaml', `${settings}${canary('{weight: 20, time: 2m}, {weight: 50, time: 2m}')}\n`)
  await project.write('src/server.js', erring(server))
  const {release: bad, message} = await dev.next('rejected')
  t.regex(message, /worse than the live release in step 1 of 2 \(20 % of the clients\)/)
  t.log(message)
  t.is(dev.events.filter((event) => event.type === 'shifted' && event.release === bad).length, 1)
  await until(async () => !(await running(project)).includes(bad))
  await load.round()
  t.is(load.answers.at(-1)?.release, waiting.release)

  await project.write('src/server.js', server)
  await release('strategy: recreate')
  const recreated = await dev.next('live', (live) => live.release !== waiting.release)
  t.deepEqual(await running(project), [recreated.release], 'nothing else runs when it begins')
  await load.round()
  await load.stop()

  const failed = load.answers.filter(({status, release: of}) => status !== 200 && !(status === 500 && of === bad))
  t.deepEqual(failed, [], 'only the canary that errs gave an answer that is none')
  const tried = load.answers.slice(answersBefore).filter(({release: of}) => of === bad).length
  t.true(tried < 200, `${tried} requests met it`)
  t.log(`${load.answers.length} requests; ${tried} met the canary that errs`)
})
