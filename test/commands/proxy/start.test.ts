import {randomUUID} from 'node:crypto'
import {networkInterfaces} from 'node:os'

import test from 'ava'

import {ensureProxy} from '../../../src/proxy/client.ts'
import {proxyTraffic} from '../../../src/proxy/traffic.ts'
import {statePaths} from '../../../src/state/paths.ts'
import {ask} from '../../proxy/kit/client.ts'
import {startUpstream, targetAt} from '../../proxy/kit/upstream.ts'
import {immEnv, immIn, jsonLines} from '../../support/imm.ts'
import {testProject} from '../../support/project.ts'

const domain = 'previews.example.org'
const id = {project: 'shop', environment: 'login', app: 'app'}

test('a proxy is shared and taken back, with users, and links that open one preview', async (t) => {
  await using project = await testProject({fixture: null, settings: null})
  const imm = async (...args: string[]) => immIn(project, {env: {IMM_PROXY_IDLE_MS: '60000'}}, ...args)
  const upstream = await startUpstream(t, (_request, response) => void response.end('secret'))
  const env = {...immEnv(project), IMM_PROXY_IDLE_MS: '60000'}
  const {signal} = new AbortController()
  const proxy = await ensureProxy({paths: statePaths(env), env, signal})
  // It has a route, and would stay.
  await using _ = {[Symbol.asyncDispose]: async () => void (await imm('proxy', 'stop'))}
  const traffic = proxyTraffic(proxy, {...id, hosts: ['login.shop.localhost'], port: undefined})
  await traffic.open(signal)
  await traffic.flip({...targetAt(upstream.port, 1), instance: randomUUID()}, signal)
  const before = await proxy.status(signal)
  const port = before?.port ?? 0

  t.regex((await imm('proxy', 'start', '--listen', 'everywhere')).stderr, /USAGE.*everywhere/)
  const [shared] = jsonLines((await imm('proxy', 'start', '--domain', `*.${domain}`, '--json')).stdout)
  t.like(shared, {port, sharing: {listen: [], domain, open: false}})
  t.not(shared?.['pid'], before?.pid)
  t.regex((await imm('proxy', 'status')).stdout, /below previews\.example\.org: every route asks for a login/)

  const host = `login--shop.${domain}`
  t.is((await ask(port, {host})).status, 401)
  t.is((await ask(port, {host: 'login.shop.localhost'})).status, 200)
  const [made] = jsonLines((await imm('proxy', 'user', 'add', 'ann', '--json')).stdout)
  t.is((await imm('proxy', 'user', 'list')).stdout.trim(), 'ann')
  const authorization = `Basic ${Buffer.from(`ann:${String(made?.['password'])}`).toString('base64')}`
  t.is((await ask(port, {host, headers: {authorization}})).status, 200)
  await imm('proxy', 'user', 'remove', 'ann')
  t.is((await ask(port, {host, headers: {authorization}})).status, 401)

  const share = ['preview', 'share', 'Login', '--project', 'shop', '--expires', '1h', '--to', '/cart', '--json']
  const [link] = jsonLines((await imm(...share)).stdout)
  const url = new URL(String(link?.['url']))
  t.is(url.host, `${host}:${port}`)
  const followed = await ask(port, {host, path: url.pathname + url.search})
  t.like(followed, {status: 303})
  t.is(followed.headers.location, '/cart')
  await imm('preview', 'share', '--revoke')
  t.is((await ask(port, {host, path: url.pathname + url.search})).status, 403)

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((each) => each !== undefined && !each.internal && each.family === 'IPv4')?.address
  if (outside !== undefined) {
    const listening = await imm('proxy', 'start', '--listen', '0.0.0.0')
    t.regex(listening.stdout, /\(0\.0\.0\.0, /)
    t.regex(listening.stderr, /unencrypted/)
    t.is((await ask(port, {address: outside, host: 'login.shop.localhost'})).status, 401)
  }
  const [local] = jsonLines((await imm('proxy', 'start', '--local', '--json')).stdout)
  t.like(local, {port, sharing: {listen: [], open: false}})
  t.is((await ask(port, {host})).status, 421)
  const [open] = jsonLines((await imm(...share)).stdout)
  t.like(open, {asks: false, url: `http://login.shop.localhost:${port}/cart`})
})
