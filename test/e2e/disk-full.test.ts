import {randomBytes} from 'node:crypto'

import {execa} from 'execa'

import type {LifecycleEvent} from '../../src/lifecycle/events.ts'
import {immBin, immEnv} from '../support/imm.ts'
import {test} from '../support/one-by-one.ts'
import {testProject} from '../support/project.ts'
import {noSmallEngine, smallEngine} from '../support/small-engine.ts'

const why = noSmallEngine()
/** So little that none is built in full aside, which would leave it in the build cache. */
const layerBytes = 3_500_000
/** For live, warm and the next one, with the copies that the engine makes; not for all that could be rolled back to. */
const roomBytes = 30_000_000
const diskMb = 400

const run = why === undefined ? test : test.skip

run(
  'a full disk costs first what is only kept for rollback; then saves are rejected, what serves serves on, and imm gc works',
  async (t) => {
    await using engine = await smallEngine(diskMb, process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local')
    await using project = await testProject({settings: 'keep: {stopped: 3}'})
    const [enter, ...args] = engine.inside
    const inside = (command: readonly string[]) =>
      execa(enter, [...args, process.execPath, ...command], {
        cwd: project.directory,
        env: {...immEnv(project), DOCKER_HOST: engine.url},
        reject: false,
        stdin: 'ignore',
      })
    await using dev = {
      process: inside([immBin, 'dev', '--json']),
      async [Symbol.asyncDispose]() {
        this.process.kill('SIGINT')
        await this.process
        await inside([immBin, 'down'])
      },
    }
    const events = dev.process.iterable()[Symbol.asyncIterator]()
    const next = async (...types: LifecycleEvent['type'][]): Promise<LifecycleEvent> => {
      for (;;) {
        const line = await events.next()
        if (line.done === true) throw new Error(`imm dev ended before ${types.join(', ')}`)
        const event = JSON.parse(line.value) as LifecycleEvent
        if (types.includes(event.type)) return event
      }
    }
    const ask = `const {port, hostname} = new URL(process.argv[1])
require('http').get({port, path: '/', headers: {host: hostname}}, (answer) => answer.pipe(process.stdout))`
    const live = await next('live')
    const url = live.type === 'live' ? live.url : ''
    const served = async (): Promise<string> => (await inside(['-e', ask, url])).stdout

    await using tight = new AsyncDisposableStack()
    tight.use(await engine.fill(roomBytes))
    let warned = false
    for (let save = 1; save <= 12 && !warned; save++) {
      await project.write('src/big.bin', randomBytes(layerBytes / 2).toString('hex'))
      await project.write('src/greeting.txt', `greeting ${save}`)
      for (
        let event = await next('live', 'rejected', 'warning');
        event.type !== 'live';
        event = await next('live', 'rejected', 'warning')
      ) {
        t.is(event.type, 'warning', JSON.stringify(event))
        warned ||= event.type === 'warning' && event.message.includes('disk is full')
      }
    }
    t.true(warned, 'some save did not fit beside all that was kept')
    const before = await served()
    t.regex(before, /greeting \d/)

    {
      await using filled = new AsyncDisposableStack()
      filled.use(await engine.fill(0))
      await project.write('src/greeting.txt', 'no room for this')
      const rejected = await next('rejected')
      t.like(rejected, {code: 'ENGINE_DISK_FULL', stage: 'build'})
      t.is(await served(), before)
      t.is((await inside([immBin, 'gc'])).exitCode, 0)
      t.is((await inside([immBin, 'status'])).exitCode, 0)
      t.is(await served(), before)
    }
    await tight.disposeAsync()
    await project.write('src/greeting.txt', 'there is room again')
    await next('live')
    t.regex(await served(), /there is room again/)
  },
)
