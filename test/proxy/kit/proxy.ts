import {randomUUID} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {ExecutionContext} from 'ava'

import type {ReleaseCounts, RouteManner, Split, Target} from '../../../src/lifecycle/ports.ts'
import {defaultHold} from '../../../src/proxy/limits.ts'
import type {ClientRules, HoldLimits} from '../../../src/proxy/limits.ts'
import {createProxy} from '../../../src/proxy/proxy.ts'
import type {Proxy} from '../../../src/proxy/proxy.ts'

export const shop = {project: 'shop', environment: 'main', app: 'web'}
export const shopHost = 'shop.localhost'

export interface TestProxy {
  proxy: Proxy
  port: number
  home: string
  log: string[]
  flip: (target: Target) => Promise<Target | undefined>
  /** Resolves with what lost its part. */
  split: (split: Split) => Promise<readonly Target[] | undefined>
  /** What is counted of the release of a target. */
  counts: (target: Pick<Target, 'release'>) => ReleaseCounts | undefined
}

export const temporaryDirectory = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-proxy-'))
  t.teardown(async () => rm(directory, {recursive: true, force: true, maxRetries: 5}))
  return directory
}

/** The proxy in this process, with one route. */
export const startTestProxy = async (
  t: ExecutionContext,
  limits: Partial<HoldLimits & ClientRules> = {},
  manner: RouteManner = {},
  plainHttp1: 'fast' | 'node' = 'fast',
): Promise<TestProxy> => {
  const home = await temporaryDirectory(t)
  const log: string[] = []
  const proxy = await createProxy({
    home,
    port: 0,
    log: (line) => log.push(line),
    hold: {...defaultHold, ...limits},
    clients: limits,
    plainHttp1,
  })
  t.teardown(async () => proxy[Symbol.asyncDispose]())
  await proxy.open({...shop, hosts: [shopHost], port: undefined, ...manner})
  return {
    proxy,
    port: proxy.port,
    home,
    log,
    flip: async (target) => (await proxy.flip(shop, {target, attempt: randomUUID()}))?.previous,
    split: async (split) => (await proxy.split(shop, {split, attempt: randomUUID(), fence: 'same'}))?.previous,
    counts: ({release}) => proxy.counts(shop)?.find((counts) => counts.release === release),
  }
}
