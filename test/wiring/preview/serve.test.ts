import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import type {ServeEvent} from '../../../src/preview/serve/events.ts'
import {holdPreview} from '../../../src/session/preview-hold.ts'
import {openRepository} from '../../../src/source/repository/open.ts'
import {resolveRef} from '../../../src/source/repository/resolve.ts'
import {listPreviews, savePreview} from '../../../src/state/previews.ts'
import {planPreviews} from '../../../src/wiring/preview/plan.ts'
import {runServe, type ServeOptions} from '../../../src/wiring/preview/serve.ts'
import {gitIn, makeRepository, type Made} from '../../source/repository/git.ts'
import {recordedPreviews} from '../../support/serve-actions.ts'
import {previewSettings} from '../../support/serve-world.ts'
import {until} from '../../support/until.ts'
import {github, hubPull, hubPush, secret, type Sent} from '../../support/webhooks.ts'

const statesIn = async (t: ExecutionContext) => {
  const home = await mkdtemp(path.join(tmpdir(), 'imm-serve-'))
  t.teardown(async () => rm(home, {recursive: true, force: true}))
  return {home, runtime: path.join(home, 'run')}
}

type Paths = Awaited<ReturnType<typeof statesIn>>

const serve = (t: ExecutionContext, repository: string, paths: Paths, rest: Partial<ServeOptions> = {}) => {
  const events: ServeEvent[] = []
  const stop = new AbortController()
  const previews = recordedPreviews()
  const ended = runServe(
    {
      repository,
      once: false,
      everyMs: 60_000,
      webhooks: undefined,
      emit: (event) => events.push(event),
      listener: () => {},
      paths,
      ...rest,
    },
    stop.signal,
    previews.actions,
  )
  const end = async () => {
    stop.abort(new Error('stopped'))
    await ended.catch(() => {})
  }
  t.teardown(end)
  ended.catch(() => {})
  const settled = async (times: number) =>
    until(async () => events.filter(({type}) => type === 'settled').length >= times)
  return {events, ended, end, settled, ...previews}
}

const previewsIn = async ({home}: Paths) =>
  (await listPreviews(home)).map(({name, tried}) => `${name} ${tried?.commit}`).toSorted()

const branchesOf = async ({git}: Made) =>
  (await git('for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads'))
    .split('\n')
    .filter((line) => !line.startsWith('main '))
    .toSorted()

test('previews follow the branches of a repository: pushes, force-pushes, renames, deletions, and what was missed', async (t) => {
  const made = await makeRepository(t)
  const paths = await statesIn(t)
  const {git, commit, directory} = made
  await git('branch', 'feature/x')
  await git('branch', 'feature-x')
  const first = serve(t, directory, paths)
  const follows = async () => until(async () => String(await previewsIn(paths)) === String(await branchesOf(made)))
  await follows()
  t.deepEqual((await listPreviews(paths.home)).length, 2)

  await commit({}, 'second')
  await git('branch', '--force', 'feature/x', 'main')
  await follows()
  await git('branch', '--move', 'feature-x', 'ünïcode/日本')
  await follows()
  await git('branch', '-D', 'feature/x')
  await git('branch', 'feature/x', 'main~1')
  await follows()
  await git('pack-refs', '--all')
  await first.end()

  await git('branch', '-D', 'feature/x')
  await git('branch', 'while/away')
  const second = serve(t, directory, paths)
  await follows()
  await second.settled(1)
  const calls = second.calls.map((call) => call.split(' ').slice(0, 2).join(' '))
  t.deepEqual(calls.toSorted(), ['down feature/x', 'up while/away'])
})

test('a change of the settings brings all up to date, and a mistake in them leaves them as they are', async (t) => {
  const {git, directory} = await makeRepository(t)
  const paths = await statesIn(t)
  await git('branch', 'x')
  const {calls, settled, events} = serve(t, directory, paths)
  await settled(1)
  t.is(calls.length, 1)
  const write = async (text: string) => writeFile(path.join(directory, 'imm.yaml'), text)
  await write('previews: {branchs: [x]}\n')
  await until(async () => events.some(({type}) => type === 'warning'))
  await write('previews: {env: {LEVEL: debug}}\n')
  await until(async () => calls.length === 2)
  await write("previews: {branches: ['!x', '!main'], env: {LEVEL: debug}}\n")
  await until(async () => calls.length > 2)
  t.deepEqual(calls.slice(2), ['down x'])
})

test('a second serve of the repository says which process has it, from another working tree too', async (t) => {
  const {git, directory, beside} = await makeRepository(t)
  const paths = await statesIn(t)
  await git('worktree', 'add', '-b', 'other', beside)
  const {settled, end} = serve(t, directory, paths)
  await settled(1)
  const error = await t.throwsAsync(serve(t, beside, paths, {once: true}).ended, {code: 'SERVE_HELD'})
  t.true(error?.message.includes(`process ${process.pid} looks after ${directory}`))
  await end()
  await t.notThrowsAsync(serve(t, beside, paths, {once: true}).ended)
})

test('a plan says what serve would do, and does nothing of it', async (t) => {
  const {git, directory} = await makeRepository(t)
  const paths = await statesIn(t)
  const {signal} = new AbortController()
  const plan = async () =>
    (await planPreviews(directory, signal, paths)).steps.map(({kind, name, why}) => `${kind} ${name}: ${why}`)
  await git('branch', 'x')
  t.deepEqual(await plan(), ['up x: new'])
  t.deepEqual(await listPreviews(paths.home), [])
  await serve(t, directory, paths, {once: true}).ended
  t.deepEqual(await plan(), [])
  await git('commit', '--allow-empty', '--quiet', '-m', 'second')
  await git('branch', '--force', 'x', 'main')
  t.deepEqual(await plan(), ['update x: moved'])
  await git('branch', '-D', 'x')
  t.deepEqual(await plan(), ['down x: gone'])
})

test('what is being brought up, or waits for its guard, is under way, and nothing more to be done', async (t) => {
  const {git, directory} = await makeRepository(t)
  const paths = await statesIn(t)
  const {signal} = new AbortController()
  const plan = async () => {
    const {steps, underWay, apart} = await planPreviews(directory, signal, paths)
    return {steps: steps.map(({why}) => why), underWay: underWay.map(({kind}) => kind), apart: apart.length}
  }
  await git('branch', 'x')
  await serve(t, directory, paths, {once: true}).ended
  const [record] = await listPreviews(paths.home)
  await using stack = new AsyncDisposableStack()
  stack.use((await holdPreview(paths.runtime, record!, signal))!)
  t.deepEqual(await plan(), {steps: [], underWay: [], apart: 0})
  await git('commit', '--allow-empty', '--quiet', '-m', 'second')
  await git('branch', '--force', 'x', 'main')
  t.deepEqual(await plan(), {steps: ['moved'], underWay: [], apart: 0}, 'it is held for something else')
  await savePreview(paths.home, {...record!, commit: await git('rev-parse', 'x')})
  t.deepEqual(await plan(), {steps: [], underWay: ['update'], apart: 0})
  await stack.disposeAsync()
  t.deepEqual(await plan(), {steps: ['moved'], underWay: [], apart: 0}, 'it was cut off')
})

test('the plan names a preview that was brought up by hand and is behind its branch, and does nothing about it', async (t) => {
  const {git, directory} = await makeRepository(t)
  const paths = await statesIn(t)
  const {signal} = new AbortController()
  const repository = await openRepository(directory, signal)
  const main = await resolveRef(repository, 'main', signal)
  const {actions} = recordedPreviews()
  await actions.up({repository, ref: main, settings: previewSettings, paths, listener: () => {}}, signal)
  t.like(await planPreviews(directory, signal, paths), {steps: [], apart: [], previews: 1})
  await git('commit', '--allow-empty', '--quiet', '-m', 'second')
  const {steps, apart} = await planPreviews(directory, signal, paths)
  t.deepEqual(steps, [])
  t.like(apart, [{name: 'main', why: 'behind', from: main.commit, commit: await git('rev-parse', 'main')}])
})

const webhooks = {port: 0, secret, hosts: []}

const post = async (events: readonly ServeEvent[], {headers, body}: Sent) => {
  const url = events.flatMap((event) => (event.type === 'serving' ? [event.webhooks] : []))[0] ?? ''
  const answer = await fetch(url, {method: 'POST', headers, body})
  await answer.text()
  return answer.status
}

/** A remote whose address ends as that of `team/shop`, with pull request 7. */
const remoteOf = async (t: ExecutionContext) => {
  const made = await makeRepository(t, {'imm.yaml': 'previews: {pulls: true}\n'}, 'team')
  const address = path.join(path.dirname(made.directory), 'remote', 'team', 'shop.git')
  await gitIn(path.dirname(made.directory), 'clone', '--quiet', '--bare', made.directory, address)
  await made.git('remote', 'add', 'there', address)
  await made.git('push', '--quiet', 'there', 'main:refs/pull/7/head')
  return {...made, address: `file://${address}`, remote: address}
}

test('a remote is fetched where a webhook says that it moved; forged and replayed ones change nothing', async (t) => {
  const {address, git} = await remoteOf(t)
  const paths = await statesIn(t)
  const {events, calls, settled} = serve(t, address, paths, {webhooks})
  await settled(1)
  t.deepEqual(calls, [])
  await git('push', '--quiet', 'there', 'main:refs/heads/x')
  t.is(await post(events, github('push', hubPush(), {key: 'wrong'})), 401)
  const real = github('push', hubPush())
  t.is(await post(events, real), 202)
  await until(async () => calls.length === 1)
  t.regex(calls[0] ?? '', /^up x /)
  await git('push', '--quiet', 'there', ':refs/heads/x')
  t.is(await post(events, real), 409)
  t.is(await post(events, github('push', hubPush({after: 'another'}))), 202)
  await until(async () => calls.length === 2)
  t.is(calls[1], 'down x')
})

test('a pull request has a preview from when it is opened until it is closed, also over a restart', async (t) => {
  const {address} = await remoteOf(t)
  const paths = await statesIn(t)
  const first = serve(t, address, paths, {webhooks})
  await first.settled(1)
  const opened = github('pull_request', hubPull('opened'))
  t.is(await post(first.events, opened), 202)
  await until(async () => (await previewsIn(paths)).length === 1)
  t.regex(first.calls[0] ?? '', /^up pull\/7 /)
  await first.end()

  const second = serve(t, address, paths, {webhooks})
  await second.settled(1)
  t.deepEqual(second.calls, [])
  const closed = hubPull('closed', {state: 'closed', updated_at: '2026-11-28T11:00:00Z'})
  t.is(await post(second.events, github('pull_request', closed)), 202)
  await until(async () => (await previewsIn(paths)).length === 0)
  t.is(await post(second.events, opened), 409)
  // The same news again under another name, from before it was closed.
  t.is(await post(second.events, github('pull_request', {...hubPull('opened'), again: true})), 202)
  await second.settled(2)
  t.deepEqual(second.calls, ['down pull/7'])
})

test('a remote that can no longer be fetched leaves the previews as they are', async (t) => {
  const {address, remote, git} = await remoteOf(t)
  const paths = await statesIn(t)
  await git('push', '--quiet', 'there', 'main:refs/heads/x')
  const {events, calls, settled} = serve(t, address, paths, {everyMs: 100})
  await settled(1)
  await rm(remote, {recursive: true})
  await until(async () => events.some(({type}) => type === 'warning'))
  t.is(calls.length, 1)
})
