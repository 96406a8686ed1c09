import test from 'ava'

import {lull} from '../../../src/lifecycle/rest/lull.ts'
import {wakeServices} from '../../../src/lifecycle/rest/wake-services.ts'
import {realClock} from '../../support/lifecycle-clock.ts'
import {environment, noSignal, on, service, testServices} from '../../support/services.ts'
import {until} from '../../support/until.ts'

const clock = realClock

for (const to of ['paused', 'asleep'] as const)
  test(`services that are ${to} run again, each after what it needs is healthy; what was to run once does not`, async (t) => {
    const place = testServices({db: {health: 'healthy', bootMs: 50}, queue: {}, migrate: {exitCode: 0}})
    await place.open([
      service('queue', {dependsOn: [on('db')]}),
      service('db'),
      service('migrate', {completes: true, dependsOn: [on('db', {condition: 'healthy'})]}),
    ])
    const {engine} = place
    const states = async (): Promise<Record<string, string>> =>
      Object.fromEntries(
        (await engine.instances({'imm.role': 'service'}, noSignal)).map(({labels, state}) => [
          labels['imm.service'] ?? '',
          state,
        ]),
      )
    await place.next('migrate', 'completed')
    await until(async () => (await states())['queue'] === 'running')
    place.kill()
    await lull(environment, to, engine, noSignal)
    const resting = to === 'paused' ? 'paused' : 'exited'
    t.deepEqual(await states(), {db: resting, queue: resting, migrate: 'exited'})
    const order: string[] = []
    const seen: typeof engine = {
      ...engine,
      async resume(id, signal) {
        const {labels = {}} = (await engine.instance(id, signal)) ?? {}
        order.push(labels['imm.service'] ?? '')
        return engine.resume(id, signal)
      },
    }
    await wakeServices(environment, {engine: seen, clock}, noSignal)
    t.deepEqual(order, ['db', 'queue'])
    t.deepEqual(await states(), {db: 'running', queue: 'running', migrate: 'exited'})
    const db = await engine.instances({'imm.service': 'db'}, noSignal)
    t.is(db[0]?.health, 'healthy')
    await engine[Symbol.asyncDispose]()
  })
