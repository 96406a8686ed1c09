import {once} from 'node:events'
import type {IncomingMessage, ServerResponse} from 'node:http'

import test from 'ava'

import {logs} from '../../../src/engine/docker/logs.ts'
import {openClient} from '../../../src/engine/docker/open.ts'
import {fakeEngine} from '../fake-engine.ts'

const signal = new AbortController().signal

const time = (second: number) => `2026-01-02T03:04:0${second}.000000000Z`

const frame = (text: string) => {
  const header = Buffer.alloc(8)
  header[0] = 1
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

const printed = ['one', 'two', 'three'].map((word, second) => `${time(second)} ${word}\n`)

const never = () => {}

const sayOne = (response: ServerResponse) => void response.write(frame(printed[0] ?? ''))

// The half line is whole only in the rest: told with the follow it would come twice.
const sayOneAndAHalf = (response: ServerResponse) =>
  void response.write(Buffer.concat([frame(printed[0] ?? ''), frame(`${time(1)} tw`)]))

interface Behaviour {
  follow: (response: ServerResponse) => void
  wait?: (response: ServerResponse) => void
  /** of the container, each time that it is looked at; `undefined`: gone */
  status?: () => string | undefined
  podman?: boolean
}

/** An engine with one container, whose output is `printed`; `open` are the calls that are not answered to their end. */
const engine = async ({follow, wait, status, podman = true}: Behaviour) => {
  const open = new Map<string, Promise<unknown>>()
  const asked: string[] = []
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const {pathname, searchParams} = new URL(request.url ?? '', 'http://engine')
    const what = pathname.split('/').at(-1) ?? ''
    const name = what === 'logs' && searchParams.get('follow') === 'true' ? 'follow' : what
    asked.push(name)
    open.set(name, once(response, 'close'))
    if (name === 'follow') follow(response)
    else if (name === 'wait') (wait ?? ((waiting) => waiting.end('{"StatusCode":0}')))(response)
    else if (name === 'logs') response.end(Buffer.concat(printed.map(frame)))
    else {
      const Status = status?.()
      response.statusCode = name === 'json' && Status !== undefined ? 200 : 404
      response.end(JSON.stringify({State: {Status}}))
    }
  }
  const fake = await fakeEngine(answer)
  const candidate = {name: 'fake', endpoint: `unix://${fake.socketPath}`, tls: undefined}
  const options = {reach: undefined, builder: undefined, answerMs: 5000, platform: process.platform}
  const docker = await openClient(candidate, options, signal)
  const client = {...docker, libpod: podman ? docker.docker : undefined}
  return {client, asked, open, [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose]()}
}

const texts = async (lines: AsyncIterable<{text: string}>) => (await Array.fromAsync(lines)).map(({text}) => text)

for (const [end, Status] of [
  ['has ended', 'exited'],
  ['is gone', undefined],
] as const)
  test(`a follow that Podman does not end is ended once the container ${end}, with each of its lines once`, async (t) => {
    t.timeout(10_000)
    await using fake = await engine({follow: sayOneAndAHalf, status: () => Status})
    t.deepEqual(await texts(logs(fake.client, 'c1', {follow: true}, signal)), ['one', 'two', 'three'])
    await fake.open.get('follow')
    t.false(fake.client.followers.has('c1'))
  })

test('a follow that Podman does not even begin to answer is ended as well', async (t) => {
  t.timeout(10_000)
  await using fake = await engine({follow: never, status: () => 'exited'})
  t.deepEqual(await texts(logs(fake.client, 'c1', {follow: true}, signal)), ['one', 'two', 'three'])
})

for (const alive of ['created', 'paused', 'running'])
  test(`a follow of a container that is ${alive} goes on, however long it is silent`, async (t) => {
    let looks = 0
    let response: ServerResponse | undefined
    const follow = (begun: ServerResponse) => {
      response = begun
      begun.write(frame(printed[0] ?? ''))
    }
    const status = () => {
      // Only what is still followed after a second look can be told the rest.
      if (++looks === 2) response?.end(frame(printed[1] ?? ''))
      return alive
    }
    await using fake = await engine({follow, status})
    t.deepEqual(await texts(logs(fake.client, 'c1', {follow: true}, signal)), ['one', 'two', 'three'])
    t.is(fake.asked.filter((name) => name === 'follow').length, 1)
    t.is(looks, 2)
  })

test('what a slow reader has not taken yet is no silence', async (t) => {
  let looks = 0
  await using fake = await engine({follow: sayOne, status: () => (looks++, 'exited')})
  const lines = logs(fake.client, 'c1', {follow: true}, signal)
  await lines.next()
  // Longer than the silence that ends a follow.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  t.is(looks, 0)
  t.deepEqual(await texts(lines), ['two', 'three'])
})

test('with its reader a follow ends the wait beside it', async (t) => {
  const waiting = Promise.withResolvers<void>()
  await using fake = await engine({follow: sayOne, wait: () => waiting.resolve()})
  const lines = logs(fake.client, 'c1', {follow: true}, signal)
  await lines.next()
  await waiting.promise
  await lines.return()
  await t.notThrowsAsync(Promise.all([fake.open.get('wait'), fake.open.get('follow')]))
})

test('of Docker nothing is asked beside the follow', async (t) => {
  await using fake = await engine({follow: (response) => response.end(frame(printed[0] ?? '')), podman: false})
  t.deepEqual(await texts(logs(fake.client, 'c1', {follow: true}, signal)), ['one', 'two', 'three'])
  t.deepEqual(fake.asked, ['follow', 'logs'])
})
