import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import type {Engine} from '../../src/lifecycle/ports.ts'
import {conditionsOf} from '../../src/wiring/status-drift.ts'
import {good, noSignal, testEnvironment} from '../support/lifecycle.ts'

const liveWith = async (t: ExecutionContext, write: (put: (path: string, content: string) => void) => void) => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-status-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  const environment = testEnvironment(good('one'))
  t.teardown(async () => environment[Symbol.asyncDispose]())
  const dev = environment.start()
  t.teardown(async () => dev[Symbol.asyncDispose]())
  await dev.next('live')
  const {engine, traffic} = environment
  const live = traffic.route?.live?.instance ?? ''
  write((where, content) => engine.write(live, where, {content}))
  return async (other: Partial<Engine> = {}) => {
    const reach = {...engine, ...other} as Engine
    return (await conditionsOf(await engine.instances({}, noSignal), reach, home, noSignal)).get(live)?.drift
  }
}

const stuck = async () => new Promise<never>(() => {})

test('what an image does not have is known without a look into the container', async (t) => {
  const driftWith = await liveWith(t, (put) => {
    put('/new', 'x')
    put('/__pycache__/app.cpython-311.pyc', 'compiled')
  })
  const nothing: Engine['inside'] = async (_of, paths) => {
    t.deepEqual(paths, [])
    return new Map()
  }
  t.like(await driftWith({inside: nothing}), {count: 1, unsure: 0, first: ['added /new']})
})

test('a file that may have changed is compared; where that takes too long what is known is told', async (t) => {
  const driftWith = await liveWith(t, (put) => {
    put('/new', 'x')
    put('/app.json', '{"changed": true}')
  })
  t.like(await driftWith(), {count: 2, unsure: 0, first: ['added /new', 'changed /app.json (content)']})
  t.like(await driftWith({inside: stuck}), {count: 1, unsure: 1, first: ['added /new']})
  t.is(await driftWith({changes: stuck}), undefined)
})
