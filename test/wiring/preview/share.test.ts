import test, {type ExecutionContext} from 'ava'

import type {ImmError} from '../../../src/errors.ts'
import {ensureProxy} from '../../../src/proxy/client.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {resolveRef} from '../../../src/source/repository/resolve.ts'
import {shareLink} from '../../../src/wiring/preview/share.ts'
import {daemonPlace} from '../../proxy/kit/daemon.ts'
import {targetAt} from '../../proxy/kit/upstream.ts'
import {makeRepository} from '../../source/repository/git.ts'
import {recordedPreviews} from '../../support/serve-actions.ts'
import {previewSettings} from '../../support/serve-world.ts'

/** A repository with a preview of x, of which nothing is live. */
const place = async (t: ExecutionContext) => {
  const {directory, git} = await makeRepository(t, {Dockerfile: 'FROM scratch\n'})
  await git('branch', 'x')
  const daemon = await daemonPlace(t)
  const {paths, signal} = daemon
  const repository = await openRepository(directory, signal)
  const ref = await resolveRef(repository, 'x', signal)
  const {actions} = recordedPreviews()
  await actions.up({repository, ref, settings: previewSettings, paths, listener: () => {}}, signal)
  const share = async (name: string, project?: string) =>
    shareLink({name, directory, project, app: undefined}, {lastsMs: 60_000}, signal, daemon)
  return {...daemon, share}
}

test('a name that there is no preview of is told as that, and one of which nothing is live as that', async (t) => {
  const {share} = await place(t)
  const error = await t.throwsAsync<ImmError>(share('nosuch'), {code: 'PREVIEW_NOT_FOUND'})
  t.is(`${error?.message}: ${error?.next}`, 'there is no preview of nosuch: There are previews of x.')
  await t.throwsAsync(share('nosuch', 'shop'), {code: 'PREVIEW_NOT_FOUND'})
  await t.throwsAsync(share('x'), {code: 'NOTHING_LIVE'})
  await t.throwsAsync(share('x', 'shop'), {code: 'NOTHING_LIVE'})
})

test('an environment that is no preview can be shared by its name', async (t) => {
  const {share, ...daemon} = await place(t)
  const id = {project: 'shop', environment: 'main', app: 'app'}
  const traffic = proxyTraffic(await ensureProxy(daemon), {...id, hosts: ['shop.localhost'], port: undefined})
  await traffic.open(daemon.signal)
  await traffic.flip({...targetAt(1, 1), instance: 'one'}, daemon.signal)
  t.like(await share('main'), {project: 'shop', environment: 'main', asks: false})
})
