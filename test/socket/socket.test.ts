import {mkdtemp, rm, stat, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'
import test from 'ava'

import {ImmError} from '../../src/errors.ts'
import {callSocket, isSocketLost, isSocketSilent, socketLines} from '../../src/socket/call.ts'
import {answers, claimSocket} from '../../src/socket/claim.ts'
import {listenOnSocket, maxBodyBytes, notFound, socketServer} from '../../src/socket/serve.ts'
import type {SocketHandler} from '../../src/socket/serve.ts'

const {signal} = new AbortController()

const place = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-socket-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true}))
  return path.join(directory, 'x.sock')
}

const serve = async (t: ExecutionContext, handle: SocketHandler, bugs: unknown[] = []): Promise<string> => {
  const socketPath = await place(t)
  const server = socketServer(handle, (error) => bugs.push(error))
  await listenOnSocket(server, socketPath)
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return socketPath
}

const post = (socketPath: string, body: unknown) =>
  ({socketPath, method: 'POST', path: '/v1/a%2Fb', body, timeoutMs: 5000}) as const

test('a call carries method, path and JSON, and only the owner may make it', async (t) => {
  const socketPath = await serve(t, async ({method, segments, body}) => ({status: 200, json: {method, segments, body}}))
  t.deepEqual(await callSocket(post(socketPath, {x: ['ü']}), signal), {
    method: 'POST',
    segments: ['v1', 'a/b'],
    body: {x: ['ü']},
  })
  t.is((await stat(socketPath)).mode & 0o777, 0o600)
})

test('errors for people arrive as what they were', async (t) => {
  const sent = new ImmError('PORT_IN_USE', 'port 80 is taken', {
    next: 'Stop it.',
    output: ['one', 'two'],
    step: '[1/2] RUN',
  })
  const socketPath = await serve(t, async () => {
    throw sent
  })
  const error = await t.throwsAsync(callSocket(post(socketPath, {}), signal), {instanceOf: ImmError})
  const {code, message, next, output, step} = error
  t.deepEqual([code, message, next, output, step], [sent.code, sent.message, sent.next, sent.output, sent.step])
})

test('a bug on the other side is reported there and is one here', async (t) => {
  const bugs: unknown[] = []
  const socketPath = await serve(
    t,
    async () => {
      throw new TypeError('surprise')
    },
    bugs,
  )
  await t.throwsAsync(callSocket(post(socketPath, {}), signal), {name: 'ImmBug', message: /surprise/})
  t.is(bugs.length, 1)
})

test('an unknown path is undefined', async (t) => {
  const socketPath = await serve(t, async () => notFound)
  t.is(await callSocket(post(socketPath, {}), signal), undefined)
})

test('a body that is too large or no JSON is refused', async (t) => {
  const socketPath = await serve(t, async () => ({status: 200, json: {}}))
  await t.throwsAsync(callSocket(post(socketPath, 'x'.repeat(maxBodyBytes)), signal), {code: 'USAGE'})
  const {request} = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    const outgoing = request({socketPath, method: 'POST', path: '/'}, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    outgoing.on('error', reject)
    outgoing.end('{"half":')
  })
  t.is(status, 400)
})

test('nobody there, gone during the call, and silent are told apart from answers', async (t) => {
  const nobody = await place(t)
  t.true(isSocketLost(await t.throwsAsync(callSocket(post(nobody, {}), signal))))

  const dying = await place(t)
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(dying, resolve))
  t.teardown(() => server.close())
  t.true(isSocketLost(await t.throwsAsync(callSocket(post(dying, {}), signal))))

  const silent = await serve(t, async () => new Promise(() => undefined))
  const error = await t.throwsAsync(callSocket({...post(silent, {}), timeoutMs: 30}, signal))
  t.true(isSocketSilent(error))
  t.false(isSocketLost(error))
})

test('a caller that gives up is seen by the handler', async (t) => {
  const {promise: gone, resolve} = Promise.withResolvers<void>()
  const {promise: called, resolve: onCall} = Promise.withResolvers<void>()
  const socketPath = await serve(t, async (request) => {
    request.signal.addEventListener('abort', () => resolve())
    onCall()
    return new Promise(() => undefined)
  })
  const given = new AbortController()
  const call = callSocket(post(socketPath, {}), given.signal)
  await called
  const reason = new Error('enough')
  given.abort(reason)
  t.is(await t.throwsAsync(call), reason)
  await gone
})

test('a call that ends because its caller went away is no bug', async (t) => {
  const bugs: unknown[] = []
  const {promise: called, resolve: onCall} = Promise.withResolvers<void>()
  const {promise: ended, resolve: onEnd} = Promise.withResolvers<void>()
  const handle: SocketHandler = async (request) => {
    onCall()
    return new Promise((_resolve, reject) => {
      request.signal.addEventListener('abort', () => {
        reject(request.signal.reason as Error)
        setImmediate(onEnd)
      })
    })
  }
  const socketPath = await serve(t, handle, bugs)
  const given = new AbortController()
  const call = callSocket(post(socketPath, {}), given.signal)
  await called
  given.abort(new Error('enough'))
  await t.throwsAsync(call)
  await ended
  t.deepEqual(bugs, [])
})

test('lines arrive one by one, as they are written', async (t) => {
  const {promise: read, resolve: next} = Promise.withResolvers<void>()
  const socketPath = await serve(t, async () => ({
    lines: async (write) => {
      write({n: 1})
      await read
      write({n: 2})
    },
  }))
  const seen: unknown[] = []
  for await (const line of socketLines({socketPath, method: 'GET', path: '/'}, signal)) {
    seen.push(line)
    next()
  }
  t.deepEqual(seen, [{n: 1}, {n: 2}])
})

test('of many who claim a socket at once exactly one gets it, a stale file of the dead in the way', async (t) => {
  const socketPath = await place(t)
  await writeFile(socketPath, '')
  const claim = async (): Promise<boolean> => {
    const server = socketServer(
      async () => ({status: 200, json: {}}),
      () => undefined,
    )
    t.teardown(() => server.close())
    return claimSocket(socketPath, async () => listenOnSocket(server, socketPath), signal)
  }
  const won = await Promise.all(Array.from({length: 8}, claim))
  t.is(won.filter(Boolean).length, 1)
  t.true(await answers(socketPath))
})

test('a claim whose start fails leaves the socket to the next', async (t) => {
  const socketPath = await place(t)
  const failing = claimSocket(
    socketPath,
    async () => {
      throw new ImmError('PORT_IN_USE', 'taken')
    },
    signal,
  )
  await t.throwsAsync(failing, {code: 'PORT_IN_USE'})
  t.true(await claimSocket(socketPath, async () => undefined, signal))
})
