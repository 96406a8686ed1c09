import {readFile, writeFile} from 'node:fs/promises'

import test from 'ava'

import {createProxy} from '../../../src/proxy/proxy.ts'
import {statePath} from '../../../src/proxy/state-file.ts'
import {ask} from '../kit/client.ts'
import {startApp} from './app.ts'
import {login, loginHost, startGuarded} from './kit.ts'

test('a proxy that is started again asks for the logins that were asked for before, and knows the sessions', async (t) => {
  const {proxy, route, cookie, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  const headers = {cookie: await cookie(login, loginHost)}
  await proxy[Symbol.asyncDispose]()
  const next = await createProxy({home, port: 0, log: () => undefined})
  t.teardown(async () => next[Symbol.asyncDispose]())
  t.is((await ask(next.port, {host: loginHost})).status, 401)
  t.is((await ask(next.port, {host: loginHost, headers})).status, 200)
})

test('a state in which the word on a login makes no sense is set aside as a whole', async (t) => {
  const {proxy, route, home} = await startGuarded(t)
  const app = await startApp(t)
  await route(login, app.port)
  await proxy[Symbol.asyncDispose]()
  const text = await readFile(statePath(home), 'utf8')
  t.regex(text, /"login": true/)
  await writeFile(statePath(home), text.replace('"login": true', '"login": "no"'))
  const next = await createProxy({home, port: 0, log: () => undefined})
  t.teardown(async () => next[Symbol.asyncDispose]())
  t.true(next.lostRoutes)
  t.is((await ask(next.port, {host: loginHost})).status, 404)
  t.deepEqual(app.seen, [])
})
