import {randomUUID} from 'node:crypto'
import {chmod, mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import type {RouteRequest} from '../../../src/lifecycle/ports.ts'
import {ensureKey} from '../../../src/proxy/login/key.ts'
import {hashOf, usersText} from '../../../src/proxy/login/passwords.ts'
import {loginPlace} from '../../../src/proxy/login/place.ts'
import {signToken} from '../../../src/proxy/login/token.ts'
import {createProxy} from '../../../src/proxy/proxy.ts'
import type {Proxy} from '../../../src/proxy/proxy.ts'
import {notShared} from '../../../src/proxy/sharing.ts'
import type {Sharing} from '../../../src/proxy/sharing.ts'
import type {EnvironmentId} from '../../../src/release/identity.ts'
import {ask} from '../kit/client.ts'
import {temporaryDirectory} from '../kit/proxy.ts'
import {targetAt} from '../kit/upstream.ts'

export const login: EnvironmentId = {project: 'shop', environment: 'login'}
export const loginHost = 'login.shop.localhost'
export const other: EnvironmentId = {project: 'shop', environment: 'other'}
export const otherHost = 'other.shop.localhost'

export interface Guarded {
  proxy: Proxy
  port: number
  home: string
  log: string[]
  /** Opens a route of the environment, to the upstream at this port. */
  route: (id: EnvironmentId, upstream: number, more?: Partial<RouteRequest>) => Promise<void>
  /** The query of a link. */
  token: (id: EnvironmentId, expiresMs?: number) => Promise<string>
  /** The Cookie of somebody who followed a link. */
  cookie: (id: EnvironmentId, host: string, expiresMs?: number) => Promise<string>
}

/** A proxy in this process; routes are opened by the test. */
export const startGuarded = async (
  t: ExecutionContext,
  sharing: Sharing = notShared,
  trustForwarded = false,
): Promise<Guarded> => {
  const home = await temporaryDirectory(t)
  const log: string[] = []
  const proxy = await createProxy({home, port: 0, log: (line) => log.push(line), sharing, clients: {trustForwarded}})
  t.teardown(async () => proxy[Symbol.asyncDispose]())
  const token = async (id: EnvironmentId, expiresMs = Date.now() + 60_000): Promise<string> =>
    signToken(await ensureKey(home), 'link', {...id, expiresMs})
  return {
    proxy,
    port: proxy.port,
    home,
    log,
    async route(id, upstream, more = {}) {
      const app = {...id, app: 'app'}
      const hosts = [`${id.environment}.${id.project}.localhost`]
      await proxy.open({...app, hosts, port: undefined, login: true, ...more})
      await proxy.flip(app, {target: targetAt(upstream, 1), attempt: randomUUID()})
    },
    token,
    async cookie(id, host, expiresMs) {
      const {headers} = await ask(proxy.port, {host, path: `/.imm/share?token=${await token(id, expiresMs)}`})
      const [cookie = ''] = headers['set-cookie'] ?? []
      return cookie.split(';', 1)[0] ?? ''
    },
  }
}

export const addUser = async (home: string, name: string, password: string): Promise<void> => {
  const {users} = loginPlace(home)
  await mkdir(path.dirname(users), {recursive: true})
  await writeFile(users, usersText(new Map([[name, await hashOf(password)]])))
  await chmod(users, 0o600)
}

export const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
