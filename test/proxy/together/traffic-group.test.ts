import {rm} from 'node:fs/promises'

import test from 'ava'

import {keepProxy} from '../../../src/proxy/client.ts'
import {statePath} from '../../../src/proxy/state-file.ts'
import {proxyTrafficGroup} from '../../../src/proxy/traffic-group.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {until} from '../kit/client.ts'
import {daemonPlace, isAlive, statusOf} from '../kit/daemon.ts'
import {targetAt} from '../kit/upstream.ts'
import {api, web} from './kit.ts'

const wholly = <T>(target: T) => ({portions: [{targets: [target], weight: 1}] as const})

test.serial(
  'several apps are split in one call, and what it said is asserted on a proxy that lost its state',
  async (t) => {
    const place = await daemonPlace(t)
    let restarts = 0
    await using proxy = await keepProxy({...place, onRestart: () => void restarts++})
    const [front, back] = [web, api].map((id) =>
      proxyTraffic(proxy, {...id, hosts: [], port: undefined, together: 'all'}),
    )
    await front!.open(place.signal)
    await back!.open(place.signal)
    const group = proxyTrafficGroup(proxy)
    const parts = (generation: number) => [
      {id: web, split: wholly(targetAt(1, generation))},
      {id: api, split: wholly(targetAt(2, generation))},
    ]
    t.deepEqual((await group.split(parts(1), place.signal)).previous, [[], []])
    t.deepEqual((await group.split(parts(2), place.signal)).previous, [[targetAt(1, 1)], [targetAt(2, 1)]])
    await t.throwsAsync(group.split([...parts(3).slice(0, 1), ...parts(1).slice(1)], place.signal), {
      code: 'GENERATION_STALE',
    })
    await t.throwsAsync(group.split([{...parts(3)[0]!, id: {...web, app: 'other'}}], place.signal), {
      code: 'NOTHING_LIVE',
    })
    t.is((await front!.state(place.signal))?.generation, 2)
    const {pid} = await statusOf(proxy)
    await rm(statePath(place.paths.home))
    process.kill(pid, 'SIGKILL')
    await until(() => !isAlive(pid) && restarts === 1)
    const state = await back!.state(place.signal)
    t.deepEqual([state?.generation, state?.live], [2, targetAt(2, 2)])
    t.is(state?.together, 'all')
  },
)
