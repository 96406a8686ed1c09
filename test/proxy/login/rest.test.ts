import {randomUUID} from 'node:crypto'

import test from 'ava'

import {ensureKey} from '../../../src/proxy/login/key.ts'
import {signToken} from '../../../src/proxy/login/token.ts'
import {createProxy} from '../../../src/proxy/proxy.ts'
import {ask, begin, until} from '../kit/client.ts'
import {temporaryDirectory} from '../kit/proxy.ts'
import {targetAt} from '../kit/upstream.ts'
import {startApp} from './app.ts'
import {login, loginHost} from './kit.ts'

test('who has not logged in wakes no preview, nor keeps one awake', async (t) => {
  const home = await temporaryDirectory(t)
  const woken: string[] = []
  const onWake = ({environment}: {environment: string}): void => void woken.push(environment)
  const proxy = await createProxy({home, port: 0, log: () => undefined, onWake})
  t.teardown(async () => proxy[Symbol.asyncDispose]())
  const app = await startApp(t)
  const id = {...login, app: 'app'}
  await proxy.open({...id, hosts: [loginHost], port: undefined, login: true})
  await proxy.flip(id, {target: targetAt(app.port, 1), attempt: randomUUID()})
  const {port} = proxy
  t.is((await ask(port, {host: loginHost})).status, 401)
  t.is(proxy.activity()[0]?.requests, 0)
  await proxy.rest(login, false)
  t.is((await ask(port, {host: loginHost, headers: {accept: 'text/html'}})).status, 401)
  t.deepEqual(woken, [])
  const token = signToken(await ensureKey(home), 'link', {...login, expiresMs: Date.now() + 60_000})
  const {headers} = await ask(port, {host: loginHost, path: `/.imm/share?token=${token}`})
  t.deepEqual(woken, [])
  const cookie = headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
  const over = new AbortController()
  const waiting = begin(port, {host: loginHost, headers: {cookie}, signal: over.signal}).catch(() => undefined)
  await until(() => woken.length > 0)
  over.abort()
  await waiting
  t.deepEqual(woken, ['login'])
  t.deepEqual(app.seen, [])
})
