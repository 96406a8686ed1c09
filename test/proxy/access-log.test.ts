import {readFile, stat} from 'node:fs/promises'
import {createServer} from 'node:net'
import type {AddressInfo} from 'node:net'
import path from 'node:path'

import type {ExecutionContext} from 'ava'
import test from 'ava'
import {execa} from 'execa'

import {writeAccessLog} from '../../src/proxy/access-file.ts'
import {createAccessLog} from '../../src/proxy/access-log.ts'
import type {AccessEntry} from '../../src/proxy/access-log.ts'
import {streamAccess} from '../../src/proxy/access-stream.ts'
import {ensureProxy} from '../../src/proxy/client.ts'
import {maxAccessWaitingBytes} from '../../src/proxy/limits.ts'
import type {Proxy} from '../../src/proxy/proxy.ts'
import {proxyTraffic} from '../../src/proxy/traffic.ts'
import {immBin, jsonLines} from '../support/imm.ts'
import {ask, begin, raw, rawConnection, readAll, until} from './kit/client.ts'
import {daemonPlace, isAlive, statusOf} from './kit/daemon.ts'
import {shop, shopHost, startTestProxy, temporaryDirectory} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

const listen = (t: ExecutionContext, {access}: Proxy): AccessEntry[] => {
  const entries: AccessEntry[] = []
  const listening = access.listen((entry) => entries.push(entry))
  t.teardown(() => listening[Symbol.dispose]())
  return entries
}

const linesOf = async (file: string) => jsonLines(await readFile(file, 'utf8'))

const entry: AccessEntry = {
  type: 'request',
  time: '2026-01-02T03:04:05.678Z',
  ...shop,
  release: 'r1-aaaaaaa',
  method: 'GET',
  host: shopHost,
  path: '/',
  query: '?secret',
  status: 200,
  protocol: 'HTTP/1.1',
  client: '127.0.0.1',
  id: 'x',
  firstByteMs: 1,
  ms: 2,
  bytesIn: 0,
  bytesOut: 0,
  attempts: 1,
  heldMs: 0,
  outcome: 'ok',
}

test('a request is told of at its end, with all that is known of it', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  let id: unknown
  const upstream = await startUpstream(t, (request, response) => {
    id = request.headers['x-request-id']
    request.resume().once('end', () => response.writeHead(201).end('12345'))
  })
  await flip(upstream.target(1))
  await ask(port)
  const entries = listen(t, proxy)
  await ask(port, {method: 'POST', path: '/a/b?c=d', body: '1234567'})
  await until(() => entries.length > 0)
  const [{time, ms, firstByteMs, ...rest} = entry] = entries
  t.deepEqual(rest, {
    type: 'request',
    ...shop,
    release: 'r1-aaaaaaa',
    method: 'POST',
    host: shopHost,
    path: '/a/b',
    query: '?c=d',
    status: 201,
    protocol: 'HTTP/1.1',
    client: '127.0.0.1',
    id: id as string,
    bytesIn: 7,
    bytesOut: 5,
    attempts: 1,
    heldMs: 0,
    outcome: 'ok',
  })
  t.true(Math.abs(Date.parse(time) - Date.now()) < 10_000)
  t.true(firstByteMs! > 0 && ms >= firstByteMs!)
  t.is(entries.length, 1, 'the one before nobody listened to')
})

test('a path that was taken off is told as the client sent it, and an id that came is kept', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  await proxy.open({...shop, hosts: [], routes: [{host: shopHost, path: '/api', strip: true}], port: undefined})
  await flip((await startUpstream(t, (_request, response) => void response.end())).target(1))
  const entries = listen(t, proxy)
  await ask(port, {path: '/api/x', headers: {'x-request-id': 'mine'}})
  await until(() => entries.length > 0)
  t.like(entries[0], {path: '/api/x', query: undefined, id: 'mine'})
})

test('what waits and what is sent again is told with it', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t, {holdMs: 100})
  const entries = listen(t, proxy)
  await ask(port)
  await until(() => entries.length > 0)
  t.like(entries[0], {
    status: 503,
    outcome: 'unavailable',
    release: undefined,
    id: undefined,
    firstByteMs: undefined,
    attempts: 0,
  })
  t.true(entries[0]!.heldMs >= 90)

  let connections = 0
  const flaky = createServer((socket) => {
    connections++
    socket.on('error', () => undefined)
    if (connections === 1) socket.once('data', () => socket.destroy())
    else socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
  })
  await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve))
  t.teardown(() => flaky.close())
  await flip(targetAt((flaky.address() as AddressInfo).port, 1))
  await ask(port)
  await until(() => entries.length > 1)
  t.like(entries[1], {status: 200, outcome: 'ok', release: 'r1-aaaaaaa', attempts: 2})
})

test('how a request ended is told: by the client, by the release, by the drain', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const entries = listen(t, proxy)
  const upstream = await startUpstream(t, ({url}, response) => {
    if (url === '/reset') response.socket?.destroy()
    else response.write('begun', () => url === '/half' && response.destroy())
  })
  await flip(upstream.target(1))
  const at = (wanted: string) => entries.find((each) => each.path === wanted)
  await ask(port, {method: 'POST', path: '/reset'})
  await t.throwsAsync(ask(port, {path: '/half'}))
  const gone = await begin(port, {path: '/gone'})
  gone.destroy()
  await until(() => at('/gone') !== undefined)
  const cut = await begin(port, {path: '/cut'})
  cut.on('error', () => undefined).resume()
  await proxy.drain(shop, upstream.target(1), 0, new AbortController().signal)
  await until(() => entries.length === 4)
  t.like(at('/reset'), {status: 502, outcome: 'failed', bytesOut: 0})
  t.like(at('/half'), {status: 200, outcome: 'broken-off', bytesOut: 5})
  t.like(at('/gone'), {status: 200, outcome: 'client-gone'})
  t.like(at('/cut'), {status: 200, outcome: 'cut'})
})

test('a client that leaves while it waits, or before an answer, is told of without a status', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const entries = listen(t, proxy)
  const waiting = new AbortController()
  const first = t.throwsAsync(ask(port, {signal: waiting.signal}))
  await until(() => proxy.routes()[0]!.held === 1)
  waiting.abort()
  await first
  await until(() => entries.length === 1)
  t.like(entries[0], {status: undefined, outcome: 'client-gone', release: undefined, attempts: 0})
  t.true(entries[0]!.heldMs > 0)
  await flip((await startUpstream(t, () => undefined)).target(1))
  const asking = new AbortController()
  const second = t.throwsAsync(ask(port, {signal: asking.signal}))
  await until(() => proxy.routes()[0]!.inFlight === 1)
  asking.abort()
  await second
  await until(() => entries.length === 2)
  t.like(entries[1], {status: undefined, outcome: 'client-gone', release: 'r1-aaaaaaa', attempts: 1})
})

test('an upgraded connection is told of once, when it is over', async (t) => {
  const {proxy, port, flip} = await startTestProxy(t)
  const entries = listen(t, proxy)
  const upstream = await startUpstream(t, (_request, response) => void response.writeHead(400).end('no'))
  upstream.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello')
    socket.resume().end()
  })
  await flip(upstream.target(1))
  const head = `GET /live HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`
  const client = rawConnection(t, port, `${head}hi`)
  t.true((await readAll(client)).endsWith('hello'))
  client.end()
  await until(() => entries.length > 0)
  t.like(entries[0], {path: '/live', status: 101, bytesIn: 2, bytesOut: 5, outcome: 'ok'})
  upstream.server.removeAllListeners('upgrade')
  await raw(t, port, head)
  await until(() => entries.length > 1)
  t.like(entries[1], {path: '/live', status: 400, bytesOut: 2, outcome: 'ok'})
  await ask(port)
  t.is(entries.length, 3)
})

test('what nothing is routed for is told of as such', async (t) => {
  const {proxy, port} = await startTestProxy(t)
  const entries = listen(t, proxy)
  await ask(port, {host: 'other.localhost', path: '/x?y'})
  await until(() => entries.length > 0)
  t.like(entries[0], {project: undefined, host: 'other.localhost', path: '/x', status: 404, outcome: 'unrouted'})
})

test('docs/traffic.md lists exactly what an entry has', async (t) => {
  const page = await readFile(new URL('../../docs/traffic.md', import.meta.url), 'utf8')
  const [, section = ''] = /## Each request\n([^]*)/.exec(page) ?? []
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const fields = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name))
  t.deepEqual(fields, Object.keys(entry))
})

test('a reader gets what it wished for, and hears how much it was too slow for', (t) => {
  const access = createAccessLog()
  const [all, main, main2, api] = [[], [], [], []] as object[][]
  let waiting = 0
  const add = (lines: object[], route: string | undefined, query = false) =>
    streamAccess(
      access,
      {route, query},
      (line) => lines.push(line),
      () => waiting,
    )
  const listening = [add(all!, undefined, true), add(main!, 'shop'), add(main2!, 'shop/main/web'), add(api!, 'sho')]
  access.tell(entry)
  access.tell({...entry, environment: 'login'})
  t.deepEqual([all!.length, main!.length, main2!.length, api!.length], [2, 2, 1, 0])
  t.is(JSON.stringify(all![0]), JSON.stringify(entry))
  t.false(JSON.stringify(main).includes('secret'))
  waiting = maxAccessWaitingBytes + 1
  access.tell(entry)
  access.tell(entry)
  waiting = 0
  access.tell(entry)
  t.deepEqual(all!.slice(2), [{type: 'dropped', time: entry.time, count: 2}, entry])
  for (const each of listening) each[Symbol.dispose]()
  t.false(access.isOn)
})

test('a file has the lines without queries, belongs to its owner, and goes on under another name when it is long', async (t) => {
  const file = path.join(await temporaryDirectory(t), 'access.log')
  const access = createAccessLog()
  const writing = writeAccessLog(access, file, t.fail, 1000)
  access.tell(entry)
  await until(async () => (await linesOf(file).catch(() => [])).length === 1)
  t.is((await stat(file)).mode & 0o777, 0o600)
  for (let index = 0; index < 9; index++) access.tell({...entry, path: `/${index}`})
  await until(async () => (await linesOf(`${file}.1`).catch(() => [])).length === 10)
  access.tell({...entry, path: '/last'})
  await writing[Symbol.asyncDispose]()
  t.false(access.isOn)
  t.deepEqual(
    (await linesOf(file)).map((line) => line['path']),
    ['/last'],
  )
  t.false((await readFile(`${file}.1`, 'utf8')).includes('secret'))
})

test('what there is no room for is counted in the file, and a file that can’t be written is said once', async (t) => {
  const directory = await temporaryDirectory(t)
  const file = path.join(directory, 'access.log')
  const access = createAccessLog()
  const writing = writeAccessLog(access, file, t.fail)
  const long = {...entry, path: `/${'x'.repeat(100_000)}`}
  for (let index = 0; index < 20; index++) access.tell(long)
  await writing[Symbol.asyncDispose]()
  const lines = await linesOf(file)
  const dropped = lines.find(({type}) => type === 'dropped')
  t.is(lines.length - 1 + Number(dropped?.['count']), 20)

  const said: string[] = []
  const failing = writeAccessLog(access, directory, (message) => said.push(message))
  access.tell(entry)
  await until(() => said.length > 0)
  access.tell(entry)
  await failing[Symbol.asyncDispose]()
  t.is(said.length, 1)
  t.regex(said[0]!, /^the access log can't be written: EISDIR/)
})

test.serial(
  'imm proxy logs --access shows requests as they end, from one process of the proxy to the next',
  async (t) => {
    const place = await daemonPlace(t)
    const run = (...args: string[]) =>
      execa(process.execPath, [immBin, 'proxy', 'logs', '--access', ...args], {
        env: {...place.env, NO_COLOR: '1'},
        reject: false,
      })
    t.regex((await run()).stderr, /the proxy does not run/)

    const file = path.join(place.paths.home, 'access.log')
    place.env['IMM_PROXY_ACCESS_LOG'] = file
    const proxy = await ensureProxy(place)
    const traffic = proxyTraffic(proxy, {...shop, hosts: [shopHost], port: undefined})
    await traffic.open(place.signal)
    await traffic.flip(
      (await startUpstream(t, (_request, response) => void response.end('12'))).target(1),
      place.signal,
    )
    const {port, pid} = await statusOf(proxy)
    const shown = run('--json', '--count', '2', '--route', 'shop/main')
    const text = run('--count', '1', '--query')
    let said = ''
    let read = ''
    shown.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    text.stdout.on('data', (chunk: Buffer) => (read += chunk.toString()))
    await until(() => said !== '' && read !== '')
    await ask(port, {path: '/one?secret=1'})
    t.regex(
      (await text).stdout,
      /^\d\d:\d\d:\d\d\.\d{3} 200 GET shop\.localhost\/one\?secret=1 \d+ ms 2 B r1-aaaaaaa$/m,
    )

    await proxy.stop(0, place.signal)
    await until(() => !isAlive(pid))
    await ensureProxy(place)
    await until(() => said.split('listening').length >= 3)
    await ask(port, {path: '/two'})
    const lines = jsonLines((await shown).stdout)
    const told = lines.map(({type, path: asked}) => asked ?? type)
    // It may have found the new process more than once before that had all of its sockets.
    t.deepEqual(
      told.filter((one, at) => one !== told[at - 1]),
      ['listening', '/one', 'listening', '/two'],
    )
    t.false((await shown).stdout.includes('secret'))
    await until(async () => (await readFile(file, 'utf8')).includes('"/one"'))
  },
)
