import {startDev} from '../support/dev.ts'
import {applicationsOf, docker} from '../support/engine-socket.ts'
import {imm} from '../support/imm.ts'
import {measuredLoad, median, type MeasuredLoad} from '../support/measured-load.ts'
import {test} from '../support/one-by-one.ts'
import {testProject, type TestProject} from '../support/project.ts'
import {read} from '../support/read.ts'
import {until} from '../support/until.ts'

const clients = 4

/** A release that is healthy, and fails from a request on. */
const breaking = (server: string): string =>
  server
    .replace(
      "'/': (_request",
      "'/break': (_request, response) => {\n    broken = true\n    response.end()\n  },\n  '/': (_request",
    )
    .replace('=> response.end(`${greeting}\\n`)', '=> response.writeHead(broken ? 500 : 200).end(`${greeting}\\n`)')
    .replace('const server', 'let broken = false\nconst server')

test('a release that begins to fail under load gives the traffic back within a second, and is reverted', async (t) => {
  await using project = await testProject()
  await using dev = startDev(project)
  const first = await dev.next('live')
  await using load = measuredLoad(dev.address(), clients)
  await load.first(() => load.answers.length >= 100)
  await project.write('src/server.js', breaking(await read(project, 'src/server.js')))
  const second = await dev.goesLive()
  await load.first(({release}) => release === second.release)
  await dev.fetch('/break')

  const {to, evidence} = await dev.next('reverted', ({release}) => release === second.release)
  t.is(to, first.release)
  // From here on more than the one failed request that is no pattern, of fewer than fill the share that is allowed.
  const crossed = load.answers.filter(({status, release}) => status === 500 && release === second.release)[1]
  const back = await load.first(({startMs, release}) => release === first.release && startMs > (crossed?.endMs ?? 0))
  const restoredMs = back.endMs - (crossed?.endMs ?? 0)
  t.log(
    `restored ${Math.round(restoredMs)} ms after the limit was crossed: ${evidence.map(({words}) => words).join('; ')}`,
  )
  t.true(restoredMs < 1000, `${restoredMs} ms`)
  await load.stop()
  t.true(load.answers.every(({status}) => status === 200 || status === 500))
  t.true(load.answers.slice(load.answers.indexOf(back)).every(({status}) => status === 200))
  await dev.next('retired', ({release, warm}) => release === second.release && !warm)
  await until(async () => (await applicationsOf(project.name)).length === 1)
  t.is((await applicationsOf(project.name))[0]?.Labels['imm.release'], first.release)
})

/** Kills what is live, and resolves with how long it took from then to the first good answer. */
const kill = async (project: TestProject, load: MeasuredLoad): Promise<number> => {
  // No request meets two kills: it would be given up for that.
  await load.round()
  const [live] = (await applicationsOf(project.name)).filter(({State}) => State === 'running')
  const killedMs = performance.now()
  await docker()
    .getContainer(live?.Id ?? '')
    .kill()
  // Dead by now: who answers is another one.
  const deadMs = performance.now()
  return (await load.first(({endMs, status}) => endMs > deadMs && status === 200)).endMs - killedMs
}

test('the live container is killed 20 times under load, with imm dev and without: it is replaced each time, and no request fails', async (t) => {
  await using project = await testProject({settings: 'env: {TOKEN: from the settings}\n'})
  await using dev = startDev(project)
  const {release} = await dev.next('live')
  await using load = measuredLoad(dev.address(), clients)
  const withDevMs: number[] = []
  const withoutDevMs: number[] = []
  for (let round = 1; round <= 14; round++) {
    withDevMs.push(await kill(project, load))
    await dev.next('live', ({cause}) => cause === 'replace')
  }
  dev.kill('SIGKILL')
  await dev.ended
  for (let round = 1; round <= 6; round++) withoutDevMs.push(await kill(project, load))
  await load.stop()
  t.log(
    `first good answer after a kill, median: ${Math.round(median(withDevMs))} ms with imm dev, ${Math.round(median(withoutDevMs))} ms without`,
  )
  t.log(
    `slowest: ${Math.round(Math.max(...withDevMs))} and ${Math.round(Math.max(...withoutDevMs))} ms; ${load.answers.length} requests`,
  )
  t.deepEqual([...new Set(load.answers.map(({status}) => status))], [200])
  t.deepEqual([...new Set(load.answers.map((answer) => answer.release))], [release])
  const [live, ...others] = await applicationsOf(project.name)
  t.deepEqual(others, [])
  const {Config} = await docker()
    .getContainer(live?.Id ?? '')
    .inspect()
  t.true(Config.Env.includes('TOKEN=from the settings'))

  // An imm that takes over finds it running, and one that ends it for good leaves nothing to keep.
  await using again = startDev(project)
  t.is((await again.next('live')).cause, 'adopted')
  again.kill('SIGKILL')
  await again.ended
  t.is((await imm(project, 'down')).exitCode, 0)
  t.deepEqual(await applicationsOf(project.name), [])
})
