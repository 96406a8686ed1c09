import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {genesis, lineOf} from '../../src/ledger/chain.ts'
import {placeOf} from '../../src/ledger/files.ts'
import type {Instance} from '../../src/lifecycle/ports.ts'
import type {ControlCall} from '../../src/proxy/link.ts'
import {savePreview} from '../../src/state/previews.ts'
import {rebuildFrom} from '../../src/wiring/rebuild-routes.ts'

const id = {project: 'shop', environment: 'x', app: 'app'}

const found = (release: string, state: Instance['state'], more: Record<string, string> = {}): Instance => ({
  id: `c-${release}`,
  name: `shop-x-${release}`,
  image: 'sha256:0',
  labels: {
    'imm.project': 'shop',
    'imm.environment': 'x',
    'imm.app': 'app',
    'imm.release': release,
    'imm.generation': release.slice(1, 2),
    'imm.snapshot': 'sha256:1',
    'imm.settings': '2',
    'imm.role': 'app',
    'imm.port': '3000',
    ...more,
  },
  state,
  address: state === 'running' || state === 'paused' ? {host: '127.0.0.1', port: 40_000} : undefined,
  exitCode: undefined,
  outOfMemory: false,
  health: 'none',
  startedMs: undefined,
})

const ofPreview = {'imm.ref': 'refs/heads/x'}

/** What is asked of the proxy; the history says that r2 is live. */
const rebuild = async (t: ExecutionContext, instances: readonly Instance[], access?: 'open' | 'login') => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-rebuild-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  const {directory, current} = placeOf(home, id)
  await mkdir(directory, {recursive: true})
  const who = {user: 'ada', host: 'desk', pid: 1, imm: '0'}
  const time = '2026-01-01T00:00:00.000Z'
  await writeFile(current, lineOf({type: 'found', live: 'r2-bbbbbbb', warm: [], time, who}, genesis(id)).line)
  if (access)
    await savePreview(home, {
      project: 'shop',
      environment: 'x',
      ref: 'refs/heads/x',
      name: 'x',
      kind: 'branch',
      commit: '3fa9c1e',
      author: 'Ada',
      subject: 'Add x',
      committedMs: 0,
      repository: '/repo/.git',
      directory: '/checkouts/x',
      createdMs: 0,
      updatedMs: 0,
      pinned: false,
      apps: ['app'],
      rest: {},
      resting: 'asleep',
      usedMs: 0,
      hooks: {},
      access,
    })
  const calls: ControlCall[] = []
  const said: string[] = []
  await rebuildFrom(
    {instances: async () => [...instances]},
    {home, runtime: path.join(home, 'run')},
    (text) => said.push(text),
    AbortSignal.timeout(10_000),
    async (call) => void calls.push(call),
  )
  const ways = calls.map(({method, path: way}) => `${method} ${way.replace('/v1/routes/shop/x/app', '')}`.trim())
  return {calls, ways, said}
}

test('what runs has its route again, and is looked after', async (t) => {
  const {ways, calls} = await rebuild(t, [found('r1-aaaaaaa', 'exited'), found('r2-bbbbbbb', 'running')])
  // What is opened the second time has something live to be looked after.
  t.deepEqual(ways, ['PUT', 'POST /split', 'PUT'])
  t.like(calls[0]?.body, {hosts: ['x.shop.localhost']})
})

for (const state of ['exited', 'paused'] as const)
  test(`a preview that is ${state} is found asleep`, async (t) => {
    const {ways, calls} = await rebuild(t, [found('r2-bbbbbbb', state, ofPreview)], 'open')
    t.deepEqual(ways, ['PUT', 'POST /asleep'])
    t.like(calls[0]?.body, {hosts: ['x.shop.localhost'], login: false})
    t.like(calls[1]?.body, {targets: [{release: 'r2-bbbbbbb', generation: 2, instance: 'c-r2-bbbbbbb'}]})
  })

test('a preview asks for a login where its record says so, and where nobody knows', async (t) => {
  const instances = [found('r2-bbbbbbb', 'exited', ofPreview)]
  t.like((await rebuild(t, instances, 'login')).calls[0]?.body, {login: true})
  t.like((await rebuild(t, instances)).calls[0]?.body, {login: true})
})

test('what is stopped and no preview has no route, and neither has a release that was not live', async (t) => {
  t.deepEqual((await rebuild(t, [found('r2-bbbbbbb', 'exited')])).ways, [])
  t.deepEqual((await rebuild(t, [found('r1-aaaaaaa', 'exited', ofPreview)], 'open')).ways, [])
  const {ways, said} = await rebuild(t, [found('r1-aaaaaaa', 'running')])
  t.deepEqual(ways, [])
  t.regex(said.join(), /does not say which release/)
})
