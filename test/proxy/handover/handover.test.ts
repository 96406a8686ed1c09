import {setTimeout as sleep} from 'node:timers/promises'

import test from 'ava'

import {keepProxy} from '../../../src/proxy/client.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {ask, keepAliveAgent, until} from '../kit/client.ts'
import {daemonPlace, isAlive, statusOf} from '../kit/daemon.ts'
import {shop, shopHost} from '../kit/proxy.ts'
import {startUpstream} from '../kit/upstream.ts'

const route = {...shop, hosts: [shopHost], port: undefined}

test.serial('replaced 20 times at 200 requests a second on new and kept connections, it fails none', async (t) => {
  t.timeout(120_000)
  const place = await daemonPlace(t)
  await using proxy = await keepProxy({...place, onRestart: () => t.fail('it died')})
  const upstream = await startUpstream(t, (request, response) => {
    if (request.method === 'POST') request.pipe(response)
    else response.end('here')
  })
  const traffic = proxyTraffic(proxy, route)
  await traffic.open(place.signal)
  await traffic.flip(upstream.target(1), place.signal)
  const {port} = await statusOf(proxy)

  const agents = [false, keepAliveAgent(t, 4), keepAliveAgent(t, 4)] as const
  const over = new AbortController()
  const answers: Promise<string>[] = []
  const load = async (): Promise<void> => {
    for (let index = 0; !over.signal.aborted; index++) {
      const agent = agents[index % 3]!
      const options = index % 4 === 0 ? {agent, method: 'POST', body: 'here'} : {agent}
      answers.push(
        ask(port, options).then(
          ({status, body}) => `${status} ${body}`,
          (error: NodeJS.ErrnoException) => `${error.code} ${agent === false ? 'new' : 'kept'}`,
        ),
      )
      await sleep(5)
    }
  }
  const loading = load()
  const pids = new Set([(await statusOf(proxy)).pid])
  for (let count = 0; count < 20; count++) pids.add((await proxy.replace(place.signal))!.pid)
  await sleep(200)
  over.abort()
  await loading
  const counts = Map.groupBy(await Promise.all(answers), (answer) => answer)
  t.log(Object.fromEntries([...counts].map(([answer, all]) => [answer, all.length])))
  t.deepEqual([...counts.keys()], ['200 here'])
  t.is(pids.size, 21)
  t.is((await statusOf(proxy)).pid, [...pids].at(-1)!)
  // Those whose clients have gone end by themselves.
  for (const agent of agents) if (agent) agent.destroy()
  const last = [...pids].at(-1)!
  await until(() => [...pids].every((pid) => pid === last || !isAlive(pid)))
})
