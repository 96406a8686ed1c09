import {Readable} from 'node:stream'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import {launchThrowAway} from '../../../src/wiring/parity/throw-away.ts'
import {memoryEngine, type MemoryEngine} from '../../support/memory-engine/memory-engine.ts'
import {programFiles, type Program} from '../../support/memory-engine/program.ts'
import {tarOf} from '../../support/memory-engine/tar.ts'

const {signal} = new AbortController()
const labels = {'imm.role': 'trial', 'imm.project': ''}
const wanted = {image: 'shop:1', labels, port: 3000}

const engineWith = async (t: ExecutionContext, program: Program): Promise<MemoryEngine> => {
  const engine = memoryEngine()
  t.teardown(async () => engine[Symbol.asyncDispose]())
  const context = () => Readable.from([tarOf(programFiles(program))])
  const request = {context, dockerfile: 'Dockerfile', target: undefined, args: {}, labels: {}, reference: 'shop:1'}
  await engine.build({...request, onStep: () => undefined}, signal)
  return engine
}

const containers = async (engine: MemoryEngine) => engine.instances({'imm.role': 'trial'}, signal)

test('it can be asked once it answers, and nothing of it is left', async (t) => {
  const engine = await engineWith(t, {listen: 3000, bootMs: 150, content: 'hello'})
  {
    await using launched = await launchThrowAway(wanted, engine, signal)
    const {host, port} = launched.address
    t.regex(await (await fetch(`http://${host}:${port}/`)).text(), /hello/)
    t.is((await containers(engine)).length, 1)
  }
  t.deepEqual(await containers(engine), [])
})

for (const [what, program, error] of [
  ['that ends', {exitCode: 3, logs: ['no database']}, {code: 'CRASHED', message: /exit code 3/}],
  ['that does not listen', {logs: ['busy']}, {code: 'UNHEALTHY', message: /within 0\.4 s/}],
  ['whose HEALTHCHECK fails', {listen: 3000, health: 'unhealthy', logs: ['ill']}, {code: 'UNHEALTHY'}],
] as const)
  test(`one ${what} is told of with what it said, and is gone`, async (t) => {
    const engine = await engineWith(t, {...program, logs: [...program.logs]})
    const {output} = (await t.throwsAsync(launchThrowAway(wanted, engine, signal, 400), error)) as {output?: string[]}
    t.deepEqual(output, program.logs)
    t.deepEqual(await containers(engine), [])
  })

test('an abort while it starts leaves nothing', async (t) => {
  const engine = await engineWith(t, {})
  const ending = new AbortController()
  const launching = launchThrowAway(wanted, engine, ending.signal)
  setTimeout(() => ending.abort(), 100)
  await t.throwsAsync(launching, {name: 'AbortError'})
  t.deepEqual(await containers(engine), [])
})
