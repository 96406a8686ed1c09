import type {ServerResponse} from 'node:http'

import test from 'ava'

import type {Portion, Split, Target} from '../../src/lifecycle/ports.ts'
import type {Answer} from './kit/client.ts'
import {ask, askMany, begin, keepAliveAgent, raw, until} from './kit/client.ts'
import {shop, shopHost, startTestProxy} from './kit/proxy.ts'
import {startUpstream, targetAt} from './kit/upstream.ts'

const portion = (weight: number, ...targets: readonly Target[]): Portion => ({targets, weight})
const releaseOf = ({headers}: Answer): string => String(headers['x-imm-release'])
const cookieOf = ({headers}: Answer): string | undefined => headers['set-cookie']?.[0]?.split(';', 1)[0]
const says =
  (text: string) =>
  (_request: unknown, response: ServerResponse): void =>
    void response.end(text)

// Not by lot, and so not by luck: each client's token follows from the one before it, and fills the shares evenly.
test('10,000 requests of new clients are shared out by the weights, within 2 % of each', async (t) => {
  const {port, split} = await startTestProxy(t)
  const upstreams = [
    await startUpstream(t, says('1')),
    await startUpstream(t, says('2')),
    await startUpstream(t, says('3')),
  ]
  const targets = upstreams.map((upstream, index) => upstream.target(index + 1))
  for (const weights of [
    [0.95, 0.05],
    [0.8, 0.2],
    [0.5, 0.5],
    [0.6, 0.3, 0.1],
  ]) {
    await split({portions: weights.map((weight, index) => portion(weight, targets[index]!))} as never)
    const heads = await askMany(t, port, 2500)
    t.is(heads.length, 2500)
    for (const [index, weight] of weights.entries()) {
      const requests = heads.filter((head) => head.includes(`x-imm-release: ${targets[index]!.release}`)).length
      t.true(Math.abs(requests / (weight * 2500) - 1) < 0.02, `${requests} of 2500 for ${weight}`)
    }
  }
})

test('clients stay with their release while the candidate gets 5, 25 and 100 %, and none ever goes back', async (t) => {
  const {port, split} = await startTestProxy(t)
  const live = (await startUpstream(t, says('live'))).target(1)
  const candidate = (await startUpstream(t, says('candidate'))).target(2)
  const agent = keepAliveAgent(t, 16)
  const clients: {cookie: string | undefined; seen: string[]}[] = Array.from({length: 100}, () => ({
    cookie: undefined,
    seen: [],
  }))
  const everybodyTwice = async (): Promise<number> => {
    const before = clients.length
    for (const client of [...clients, ...clients]) {
      const answer = await ask(port, {agent, headers: client.cookie === undefined ? {} : {cookie: client.cookie}})
      client.cookie ??= cookieOf(answer)
      client.seen.push(releaseOf(answer))
    }
    t.is(clients.length, before)
    return clients.filter(({seen}) => seen.at(-1) === candidate.release).length
  }
  await split({portions: [portion(0.95, live), portion(0.05, candidate)]})
  const first = await everybodyTwice()
  await split({portions: [portion(0.75, live), portion(0.25, candidate)]})
  const second = await everybodyTwice()
  await split({portions: [portion(1, candidate)]})
  t.is(await everybodyTwice(), 100)
  t.true(Math.abs(first - 5) <= 2, `${first} of 100 at 5 %`)
  t.true(Math.abs(second - 25) <= 2, `${second} of 100 at 25 %`)
  for (const {seen} of clients) {
    const came = seen.indexOf(candidate.release)
    t.true(seen.slice(came).every((release) => release === candidate.release))
    // Only a step moves anybody: of a step's two requests both went the same way.
    t.is(came % 2, 0)
  }
})

test('the cookie is given once, is not the release’s name, and is given no more when one release has all', async (t) => {
  const {port, split} = await startTestProxy(t)
  const live = (await startUpstream(t, says('live'))).target(1)
  const candidate = (await startUpstream(t, says('candidate'))).target(2)
  await split({portions: [portion(1, live)]})
  t.is((await ask(port)).headers['set-cookie'], undefined)
  await split({portions: [portion(0.5, live), portion(0.5, candidate)]})
  const given = (await ask(port)).headers['set-cookie']
  t.regex(given?.join('\n') ?? '', /^imm-release=0\.\d+; Path=\/; SameSite=Lax; HttpOnly$/)
  const cookie = String(given?.[0]?.split(';', 1)[0])
  t.is((await ask(port, {headers: {cookie}})).headers['set-cookie'], undefined)
  t.is((await ask(port, {headers: {'x-imm-release': 'candidate'}})).headers['set-cookie'], undefined)
  await split({portions: [portion(1, candidate)]})
  t.is((await ask(port)).headers['set-cookie'], undefined)
})

test('the application gets neither the cookie nor the header, and all other cookies as they were sent', async (t) => {
  const {port, split} = await startTestProxy(t)
  const seen: (readonly string[])[] = []
  const upstream = await startUpstream(t, (request, response) => {
    seen.push(request.rawHeaders)
    response.setHeader('set-cookie', ['session=1; Secure', 'theme=dark'])
    response.end()
  })
  const live = portion(1, upstream.target(1))
  const shared = [portion(0.5, upstream.target(1)), portion(0.5, {...upstream.target(2), instance: 'other'})] as const
  for (const portions of [[live], shared] as const) {
    await split({portions})
    const {headers} = await ask(port, {
      headers: {cookie: 'a="x y"; imm-release=0.25; b=%20', 'x-imm-release': 'candidate', 'x-imm-mirror': '1'},
    })
    t.deepEqual(headers['set-cookie'], ['session=1; Secure', 'theme=dark'])
    await ask(port, {headers: {cookie: 'imm-release=0.25'}})
  }
  t.is(seen.length, 4)
  for (const [index, headers] of seen.entries()) {
    const names = headers.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
    t.false(names.includes('x-imm-release'))
    t.false(names.includes('x-imm-mirror'))
    const cookies = names.flatMap((name, at) => (name === 'cookie' ? [headers[at * 2 + 1]] : []))
    t.deepEqual(cookies, index % 2 === 0 ? ['a="x y"; b=%20'] : [])
  }
})

test('the header leads to a release with a part of nothing, by name or as the candidate, and nobody else gets there', async (t) => {
  const {port, split} = await startTestProxy(t)
  const live = (await startUpstream(t, says('live'))).target(1)
  const candidate = (await startUpstream(t, says('candidate'))).target(2)
  await split({portions: [portion(1, live), portion(0, candidate)]})
  for (let request = 0; request < 20; request++) t.is((await ask(port)).body, 'live')
  for (const name of ['candidate', candidate.release])
    t.is((await ask(port, {headers: {'x-imm-release': name}})).body, 'candidate')
  t.is((await ask(port, {headers: {'x-imm-release': live.release, cookie: 'imm-release=0'}})).body, 'live')
  t.is((await ask(port, {headers: {'x-imm-release': 'r9-aaaaaaa'}})).body, 'live')
})

test('120 splits under load fail no request', async (t) => {
  const {proxy, port, split} = await startTestProxy(t)
  const upstreams = await Promise.all(
    ['a', 'b', 'c'].map(async (name) =>
      startUpstream(t, (_request, response) => {
        response.write(name)
        setImmediate(() => response.end(name))
      }),
    ),
  )
  const at = (index: number, generation: number): Target => upstreams[index % 3]!.target(generation)
  await split({portions: [portion(1, at(0, 1))]})
  const agent = keepAliveAgent(t)
  const over = new AbortController()
  let served = 0
  const failures: string[] = []
  const client = async (kept: boolean, posts: boolean): Promise<void> => {
    let cookie: string | undefined
    while (!over.signal.aborted) {
      try {
        const answer = await ask(port, {
          ...(posts ? {method: 'POST', body: 'x'.repeat(500)} : {}),
          ...(kept ? {agent} : {}),
          headers: cookie === undefined ? {} : {cookie},
        })
        cookie = served % 10 === 0 ? undefined : (cookieOf(answer) ?? cookie)
        if (answer.status !== 200 || !/^(aa|bb|cc)$/.test(answer.body)) failures.push(`${answer.status} ${answer.body}`)
      } catch (error) {
        failures.push(String(error))
      }
      served++
    }
  }
  const clients = [true, true, true, false, false].map(async (kept, index) => client(kept, index % 2 === 1))
  for (let generation = 2; generation <= 41; generation++) {
    const [live, candidate] = [at(generation, generation - 1), at(generation + 1, generation)]
    const steps: Split[] = [
      {portions: [portion(0.9, live), portion(0.1, candidate)]},
      {portions: [portion(0.5, live), portion(0.5, candidate)], mirror: {targets: [at(generation + 2, 999)], share: 1}},
      {portions: [portion(1, candidate)]},
    ]
    for (const step of steps) {
      const before = served
      const gone = await split(step)
      // Requests between any two steps, also where the machine is slow.
      await until(() => served > before)
      for (const target of gone ?? []) {
        t.is((await proxy.drain(shop, target, 10_000, new AbortController().signal)).cut, 0)
        await proxy.forget(shop, target)
      }
    }
  }
  over.abort()
  await Promise.all(clients)
  t.deepEqual(failures, [])
  t.true(served >= 120)
  t.is(proxy.routes()[0]!.failed, 0)
  await until(() => proxy.routes()[0]!.inFlight === 0)
})

test('what loses its part ends what is under way, and its drain resolves then', async (t) => {
  const {proxy, port, split} = await startTestProxy(t)
  const gotSlow = Promise.withResolvers<ServerResponse>()
  const live = (await startUpstream(t, says('live'))).target(1)
  const candidate = await startUpstream(t, (_request, response) => {
    response.write('begun ')
    gotSlow.resolve(response)
  })
  await split({portions: [portion(0.5, live), portion(0.5, candidate.target(2))]})
  const download = await begin(port, {headers: {'x-imm-release': 'candidate'}})
  const back = {...live, generation: 3}
  const gone = await split({portions: [portion(1, back)]})
  t.deepEqual(gone, [live, candidate.target(2)])
  t.is((await ask(port, {headers: {'x-imm-release': 'candidate'}})).body, 'live')
  let drained: unknown
  const draining = proxy.drain(shop, candidate.target(2), 60_000, new AbortController().signal)
  void draining.then((result) => (drained = result))
  t.is((await ask(port)).body, 'live')
  t.is(drained, undefined)
  ;(await gotSlow.promise).end('and done')
  let body = ''
  for await (const chunk of download.setEncoding('utf8') as AsyncIterable<string>) body += chunk
  t.is(body, 'begun and done')
  t.is((await draining).cut, 0)
})

test('while a release with a share has died its clients wait, and those of the others don’t', async (t) => {
  const {proxy, port, split} = await startTestProxy(t)
  const live = (await startUpstream(t, says('live'))).target(1)
  const candidate = (await startUpstream(t, says('candidate'))).target(2)
  await split({portions: [portion(0.5, live), portion(0.5, candidate)]})
  await proxy.suspend(shop, 2)
  const waiting = ask(port, {headers: {cookie: 'imm-release=0.1'}})
  await until(() => proxy.routes()[0]!.held === 1)
  t.is((await ask(port, {headers: {cookie: 'imm-release=0.9'}})).body, 'live')
  t.is(proxy.routes()[0]!.held, 1)
  await split({portions: [portion(1, {...live, generation: 3})]})
  t.is((await waiting).body, 'live')
})

test('an upgrade is given its release and its cookie, too', async (t) => {
  const {port, split} = await startTestProxy(t)
  const upstream = await startUpstream(t, says('not here'))
  upstream.server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello')
  })
  await split({portions: [portion(0.5, targetAt(1, 1)), portion(0.5, upstream.target(2))]})
  const head = `GET / HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n`
  const named = await raw(t, port, `${head}x-imm-release: candidate\r\n\r\n`)
  t.regex(named, /^HTTP\/1.1 101 /)
  t.notRegex(named, /set-cookie/i)
  await split({portions: [portion(0.5, upstream.target(2)), portion(0.5, upstream.target(3))]})
  t.regex(
    await raw(t, port, `${head}\r\n`),
    /^HTTP\/1.1 101 [^]*\r\nset-cookie: imm-release=0\.\d+; Path[^]*\r\n\r\nhello$/i,
  )
})
