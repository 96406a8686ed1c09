import {call} from '../support/call.ts'
import {composeProject} from '../support/compose-project.ts'
import {startDev, type Dev} from '../support/dev.ts'
import {applicationsOf, docker} from '../support/engine-socket.ts'
import {onServers} from '../support/on-servers.ts'
import {steadyCalls, type SteadyCalls} from '../support/steady-calls.ts'
import {until} from '../support/until.ts'
import {saveVersions} from '../support/version-saves.ts'

interface Results {
  rows: number
  waiting: number
  twice: string[]
  versions: Record<string, string>
  results: Record<string, string>
}

const resultsOf = async (dev: Dev): Promise<Results> =>
  JSON.parse((await call({...dev.address('api'), path: '/results'})).body) as Results

/** Each job that was taken has its one result, and there is no other. */
const allDone = async (dev: Dev, jobs: SteadyCalls): Promise<Results> => {
  const expected = Object.fromEntries(
    jobs.answers.map(({body}) => {
      const {id} = JSON.parse(body) as {id: number}
      return [String(id), String(id ** 2)]
    }),
  )
  await until(async () => (await resultsOf(dev)).rows >= jobs.answers.length)
  const found = await resultsOf(dev)
  if (JSON.stringify(found.results) === JSON.stringify(expected)) return found
  const wrong = Object.keys({...expected, ...found.results}).filter((id) => expected[id] !== found.results[id])
  throw new Error(`jobs with another result than theirs: ${wrong.join(' ')}`)
}

onServers(
  ['redis'],
  'API and worker of the queue are replaced under load: no request fails, and no job is lost or done twice',
  async (t) => {
    await using project = await composeProject('compose-queue')
    await using dev = startDev(project)
    await Promise.all([dev.goesLive('api'), dev.goesLive('worker')])
    await using jobs = steadyCalls({...dev.address('api'), method: 'POST', path: '/jobs'}, 202)
    await jobs.served(20)
    const both = {project, dev, file: 'src/version.txt', apps: ['api', 'worker']}
    const version = await saveVersions(both, 4, [jobs])
    // The newest worker has its share, too.
    await until(async () => Number((await resultsOf(dev)).versions[version] ?? 0) > 0)
    await jobs.stop()

    t.deepEqual(jobs.failures(), [])
    const {twice, waiting} = await allDone(dev, jobs)
    t.deepEqual(twice, [])
    t.is(waiting, 0)
    t.deepEqual(
      dev.events.filter(({type}) => ['rejected', 'died'].includes(type)),
      [],
    )
  },
)

onServers(['redis'], 'a worker that is killed is replaced, and the job that it had in hand is done once', async (t) => {
  await using project = await composeProject('compose-queue')
  await using dev = startDev(project)
  await Promise.all([dev.goesLive('api'), dev.goesLive('worker')])
  await using jobs = steadyCalls({...dev.address('api'), method: 'POST', path: '/jobs'}, 202)
  for (let round = 1; round <= 2; round++) {
    await jobs.served(15)
    const workers = (await applicationsOf(project.name)).filter(({Labels}) => Labels['imm.app'] === 'worker')
    for (const {Id, State} of workers) if (State === 'running') await docker().getContainer(Id).kill()
    await dev.next('live', ({app, cause}) => app === 'worker' && cause === 'replace')
  }
  await jobs.stop()

  t.deepEqual(jobs.failures(), [])
  t.deepEqual((await allDone(dev, jobs)).twice, [])
})
