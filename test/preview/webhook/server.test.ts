import {appendFile, mkdtemp, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test, {type ExecutionContext} from 'ava'

import {openDeliveries} from '../../../src/preview/webhook/deliveries.ts'
import type {Notice} from '../../../src/preview/webhook/notice.ts'
import type {Receipt} from '../../../src/preview/webhook/receive.ts'
import {listenForWebhooks, type WebhookOptions} from '../../../src/preview/webhook/server.ts'
import {
  gitea,
  github,
  gitlab,
  hubPull,
  hubPush,
  labMerge,
  rawAnswer,
  secret,
  type Sent,
} from '../../support/webhooks.ts'

const {signal} = new AbortController()

const begin = async (t: ExecutionContext, rest: Partial<WebhookOptions> = {}) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-webhook-'))
  t.teardown(async () => rm(directory, {recursive: true}))
  const file = path.join(directory, 'deliveries')
  const notices: Notice[] = []
  const receipts: Receipt[] = []
  const bugs: unknown[] = []
  const server = await listenForWebhooks(
    {
      port: 0,
      secret,
      origin: 'git@example.org:team/shop.git',
      deliveries: await openDeliveries(file, signal),
      isOurHost: (host) => host.startsWith('127.0.0.1'),
      onNotice: async (notice) => void notices.push(notice),
      onReceipt: (receipt) => receipts.push(receipt),
      onBug: (error) => bugs.push(error),
      ...rest,
    },
    signal,
  )
  t.teardown(async () => server[Symbol.asyncDispose]())
  const {port} = server
  const send = async ({headers, body}: Sent, options: RequestInit & {path?: string} = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}${options.path ?? '/'}`, {
      method: 'POST',
      headers,
      body,
      ...options,
    })
    await answer.text()
    return answer.status
  }
  return {send, notices, receipts, bugs, port, file}
}

const fork = {number: 7, state: 'open', branch: undefined, atMs: Date.parse('2026-11-28T10:00:00Z')} as const

test('a push and a pull request of GitHub, Gitea and GitLab are taken in', async (t) => {
  const {send, notices} = await begin(t)
  const push = {kind: 'push', repository: 'team/shop'} as const
  const pull = {kind: 'pull', repository: 'team/shop', pull: fork} as const
  for (const sent of [
    github('push', hubPush()),
    gitea('push', hubPush({by: 'gitea'})),
    gitlab('Push Hook', {object_kind: 'push', project: {path_with_namespace: 'team/shop'}}),
  ])
    t.is(await send(sent), 202)
  t.deepEqual(notices.splice(0), [push, push, push])
  for (const sent of [
    github('pull_request', hubPull('opened')),
    gitea('pull_request_sync', hubPull('synchronized')),
    gitlab('Merge Request Hook', labMerge('opened')),
  ])
    t.is(await send(sent), 202)
  t.deepEqual(notices.splice(0), [pull, pull, pull])
})

test('a pull request that is closed or merged is told as closed, and one of a branch here names it', async (t) => {
  const {send, notices} = await begin(t)
  const own = {ref: 'feature/x', repo: {full_name: 'team/shop'}}
  t.is(await send(github('pull_request', hubPull('closed', {state: 'closed', merged: true}))), 202)
  t.is(await send(gitlab('Merge Request Hook', labMerge('merged'))), 202)
  t.is(await send(github('pull_request', hubPull('opened', {head: own}))), 202)
  t.is(await send(gitlab('Merge Request Hook', labMerge('opened', {source_project_id: 1}))), 202)
  t.is(await send(github('pull_request', hubPull('closed', {state: 'closed', head: {ref: 'x', repo: null}}))), 202)
  t.deepEqual(
    notices.map((one) => one.kind === 'pull' && [one.pull.state, one.pull.branch]),
    [
      ['closed', undefined],
      ['closed', undefined],
      ['open', 'feature/x'],
      ['open', 'feature/x'],
      ['closed', undefined],
    ],
  )
})

test('a forged delivery is refused and changes nothing, and the right one is taken in after it', async (t) => {
  const {send, notices, file} = await begin(t)
  for (const forge of [
    (id: string) => github('push', hubPush(), {key: 'wrong', id}),
    (id: string) => gitea('push', hubPush(), {key: 'wrong', id}),
    (id: string) => gitlab('Push Hook', hubPush(), {key: 'wrong', id}),
    (id: string) => gitlab('Push Hook', hubPush(), {key: secret.slice(0, -1), id}),
    (id: string) => ({...github('push', hubPush(), {id}), body: JSON.stringify(hubPush({after: 'other'}))}),
  ])
    t.is(await send(forge('the-id')), 401)
  t.is(await readFile(file, 'utf8'), '')
  t.deepEqual(notices, [])
  t.is(await send(github('push', hubPush(), {id: 'the-id'})), 202)
})

test('a delivery without a signature, an id or an event is refused', async (t) => {
  const {send, notices} = await begin(t)
  for (const name of ['x-hub-signature-256', 'x-github-delivery', 'x-github-event']) {
    const {headers, body} = github('push', hubPush())
    const {[name]: _, ...rest} = headers
    t.is(await send({headers: rest, body}), 400)
  }
  t.deepEqual(notices, [])
})

test('a replay is refused: with its id, with another id, at the same time, and by the next process', async (t) => {
  const {send, notices, file} = await begin(t)
  const sent = github('pull_request', hubPull('opened'))
  t.deepEqual((await Promise.all([send(sent), send(sent), send(sent)])).toSorted(), [202, 409, 409])
  t.is(await send({...sent, headers: {...sent.headers, 'x-github-delivery': 'another'}}), 409)
  const same = github('push', hubPush(), {id: sent.headers['x-github-delivery'] ?? ''})
  t.is(await send(same), 409)
  t.is(notices.length, 1)

  const next = await begin(t, {deliveries: await openDeliveries(file, signal)})
  t.is(await next.send(sent), 409)
  t.deepEqual(next.notices, [])
})

test('what could not be taken in can be sent again', async (t) => {
  let fails = true
  const {send, bugs} = await begin(t, {
    onNotice: async () => {
      if (fails) throw new Error('the disk is full')
    },
  })
  const sent = github('push', hubPush())
  t.is(await send(sent), 500)
  t.is(bugs.length, 1)
  fails = false
  t.is(await send(sent), 202)
  t.is(await send(sent), 409)
})

test('an event that concerns no branch is taken note of, and changes nothing', async (t) => {
  const {send, notices} = await begin(t)
  t.is(await send(github('ping', {zen: 'x', repository: {full_name: 'team/shop'}})), 202)
  t.is(await send(github('issues', {action: 'opened', repository: {full_name: 'team/shop'}})), 202)
  const note = {object_attributes: {id: 3}, project: {path_with_namespace: 'team/shop'}}
  t.is(await send(gitlab('Note Hook', note)), 202)
  t.deepEqual(notices, [])
})

test('a body that is not what the event says, or of another repository, is refused', async (t) => {
  const {send, notices} = await begin(t)
  t.is(await send(github('push', {ref: 'x'})), 422)
  t.is(await send(github('pull_request', {repository: {full_name: 'team/shop'}})), 422)
  t.is(await send(github('pull_request', hubPull('opened', {updated_at: 'soon'}))), 422)
  t.is(await send(github('push', hubPush({repository: {full_name: 'team/other'}}))), 422)
  t.deepEqual(notices, [])
})

test('only POST / of this host by no browser, with JSON, is heard', async (t) => {
  const {send, notices, port} = await begin(t)
  const {headers, body} = github('push', hubPush())
  t.is(await send({headers, body}, {path: '/other'}), 404)
  const got = await fetch(`http://127.0.0.1:${port}/`)
  t.deepEqual([got.status, got.headers.get('allow')], [405, 'POST'])
  t.is(await send({headers: {...headers, origin: 'https://evil.example'}, body}), 403)
  t.is(await send({headers: {...headers, 'content-type': 'application/x-www-form-urlencoded'}, body}), 415)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: ${body.length}\r\n${lines.join('')}\r\n`
  t.is(await rawAnswer(port, (write) => write(head + body)), 'HTTP/1.1 421 Misdirected Request')
  t.deepEqual(notices, [])
})

test('a huge body is refused before it is read whole, said to be so or not', async (t) => {
  const {port, notices} = await begin(t)
  const {headers} = github('push', hubPush())
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}`
  t.regex(await rawAnswer(port, (write) => write(`${head}Content-Length: 1048577\r\n\r\n`)), / 413 /)
  const megabyte = 'x'.repeat(1024 * 1024)
  const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n100000\r\n${megabyte}\r\n1\r\nx\r\n`
  t.regex(await rawAnswer(port, (write) => write(chunked)), / 413 /)
  t.deepEqual(notices, [])
})

test('a body that does not come is not waited for', async (t) => {
  const {port, notices} = await begin(t, {requestTimeoutMs: 200})
  const {headers, body} = github('push', hubPush())
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n${lines.join('')}\r\n`
  t.regex(await rawAnswer(port, (write) => write(head + body.slice(0, 10))), / 408 |closed/)
  t.deepEqual(notices, [])
})

test('deliveries are remembered for their owner alone, and half a line of a killed process is no harm', async (t) => {
  const {send, file} = await begin(t)
  const sent = github('push', hubPush())
  t.is(await send(sent), 202)
  if (process.platform !== 'win32') t.is((await stat(file)).mode & 0o777, 0o600)
  await appendFile(file, 'abc')
  const next = await begin(t, {deliveries: await openDeliveries(file, signal)})
  t.is(await next.send(sent), 409)
  const later = github('push', hubPush({after: 'later'}))
  t.is(await next.send(later), 202)
  const last = await begin(t, {deliveries: await openDeliveries(file, signal)})
  t.is(await last.send(later), 409)
})

test('what was received is told with its sender, its event and its id', async (t) => {
  const {send, receipts} = await begin(t)
  await send(github('push', hubPush(), {id: 'one'}))
  t.deepEqual(receipts, [{status: 202, message: 'received', delivery: {sender: 'github', event: 'push', id: 'one'}}])
  t.false(JSON.stringify(receipts).includes('sha256'))
})
