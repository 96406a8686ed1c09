import test from 'ava'

import {holdEnvironment} from '../../../src/session/hold.ts'
import type {Session} from '../../../src/session/session.ts'
import {statePaths} from '../../../src/state/paths.ts'
import {immEnv, immIn, jsonLines} from '../../support/imm.ts'
import {testProject} from '../../support/project.ts'

const id = {project: 'shop', environment: 'main', app: 'app'}
const url = 'http://shop.localhost:7070'

test('a stop names who loses the address, and a restart starts what was stopped', async (t) => {
  await using project = await testProject({fixture: null, settings: null})
  const circumstances = {env: {IMM_PROXY_IDLE_MS: '60000'}}
  const proxy = async (...args: string[]) => immIn(project, circumstances, 'proxy', ...args)
  await using held = await holdEnvironment(statePaths(immEnv(project)).runtime, id, AbortSignal.timeout(60_000))
  held.offer({state: () => ({...id, url})} as unknown as Session)

  const [started] = jsonLines((await proxy('restart', '--json')).stdout)
  t.like(started, {type: 'proxy', running: true})
  t.is(typeof started?.['pid'], 'number')
  const stopped = await proxy('stop')
  t.true(stopped.stdout.includes(`shop/main (${url}) is unreachable until its imm dev makes a release.`))
  t.regex(stopped.stdout, /`imm proxy restart` starts it again/)

  await proxy('restart')
  t.deepEqual(jsonLines((await proxy('stop', '--json')).stdout), [
    {type: 'proxy', running: false, stopped: true, unreachable: [{...id, url, held: true}]},
  ])
  t.regex((await proxy('stop')).stdout, /does not run/)
})
