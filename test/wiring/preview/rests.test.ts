import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import type {KeptRoutes} from '../../../src/proxy/keeper.ts'
import type {KeeperThread} from '../../../src/wiring/keeper-thread.ts'
import {createRests} from '../../../src/wiring/preview/rests.ts'
import {until} from '../../support/until.ts'

const x = {project: 'shop', environment: 'x'}
const app = {...x, app: 'app'}

/** One environment that is paused, and how much is going on in the thread. */
const paused = async (t: ExecutionContext) => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-rests-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  const proxy: KeptRoutes = {
    state: () => undefined,
    drain: async () => ({drainMs: 0, cut: 0}),
    activity: () => [{...app, requests: 0, busy: false, asleep: true}],
    rest: async () => [app],
    notWoken: () => undefined,
  }
  let inUse = 0
  const thread = {rest: async () => ({})}
  const rests = createRests({
    proxy,
    paths: {home, runtime: path.join(home, 'run')},
    log: (line) => t.log(line),
    inThread: async (work) => {
      inUse++
      try {
        return await work(thread as unknown as KeeperThread)
      } finally {
        inUse--
      }
    },
    mind: () => undefined,
    leave: async () => undefined,
  })
  await rests.rest(x, 'paused')
  return {rests, inUse: () => inUse}
}

test('a thread stays for as long as something is paused, so that waking needs not start one', async (t) => {
  const {rests, inUse} = await paused(t)
  t.is(inUse(), 1)
  await rests.rest(x, 'asleep')
  await until(async () => inUse() === 0)
  t.pass()
})

test('what is paused keeps no proxy that is to end', async (t) => {
  const {rests, inUse} = await paused(t)
  await rests.pauseLooking()
  await until(async () => inUse() === 0)
  t.pass()
})

test('a thread does not stay for what was paused and is taken away', async (t) => {
  const {rests, inUse} = await paused(t)
  rests.gone(x)
  await until(async () => inUse() === 0)
  t.pass()
})
