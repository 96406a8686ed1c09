import type {Server} from 'node:net'
import process from 'node:process'

import {ImmBug} from '../../errors.ts'
import {packageVersion} from '../package-version.ts'
import type {Proxy} from '../proxy.ts'
import {adopt} from './inherit.ts'
import type {Inherit} from './inherit.ts'
import type {FromSuccessor, Place, ToSuccessor} from './messages.ts'

/** The process that this one succeeds, seen from here. */
export interface Predecessor {
  /** the main port */
  readonly port: number
  readonly inherit: Inherit
  /** Drains what is under way on the release over there. */
  drain: Proxy['drain']
  /** resolves when it has ended */
  readonly gone: Promise<void>
  /** From here on this process serves, whatever becomes of the other. */
  started(): void
}

type Drained = {drainMs: number; cut: number}
const nothingThere: Drained = {drainMs: 0, cut: 0}

/** Says that this process is ready, and resolves when it is to take over. */
export const takeOver = async (): Promise<Predecessor> => {
  const {promise: went, resolve: go} = Promise.withResolvers<number>()
  const wanted = new Map<string, (socket: Server | undefined) => void>()
  const draining = new Map<number, (drained: Drained) => void>()
  const {promise: gone, resolve: hasGone} = Promise.withResolvers<void>()
  let serves = false
  const onGone = (): void => {
    // It would have gone on, were it there: whoever needs a proxy starts one.
    if (!serves) process.exit(1)
    for (const drained of draining.values()) drained(nothingThere)
    for (const listens of wanted.values()) listens(undefined)
    draining.clear()
    hasGone()
  }
  process.on('message', (message: ToSuccessor, socket: Server | undefined) => {
    if ('go' in message) go(message.go.port)
    else if ('listener' in message) wanted.get(keyOf(message.listener))?.(socket)
    else {
      const {id, ...drained} = message.drained
      draining.get(id)?.(drained)
      draining.delete(id)
    }
  })
  process.once('disconnect', onGone)
  tell({ready: {version: packageVersion()}})
  let drains = 0
  return {
    port: await went,
    gone,
    async inherit(server, place) {
      if (!process.connected) return false
      const {promise, resolve, reject} = Promise.withResolvers<boolean>()
      wanted.set(keyOf(place), (socket) => {
        // In the same step, so that the socket is never one that is listened on and accepts for nobody.
        if (socket === undefined) resolve(false)
        else adopt(server, socket).then(() => resolve(true), reject)
      })
      tell({want: place})
      return promise
    },
    async drain(app, target, drainMs, signal) {
      if (!process.connected) return nothingThere
      const {promise, resolve} = Promise.withResolvers<Drained>()
      const id = ++drains
      draining.set(id, resolve)
      const giveUp = (): void => resolve(nothingThere)
      signal.addEventListener('abort', giveUp, {once: true})
      tell({drain: {id, app, target, drainMs}})
      try {
        return await promise
      } finally {
        signal.removeEventListener('abort', giveUp)
        draining.delete(id)
      }
    },
    started() {
      serves = true
      tell({started: true})
      // What is left there must not keep this process.
      process.channel?.unref()
    },
  }
}

/** The proxy that drains a release in both processes, and has something under way while the other has. */
export const succeeding = (proxy: Proxy, predecessor: Predecessor | undefined): Proxy => {
  if (predecessor === undefined) return proxy
  return {
    ...proxy,
    async drain(app, target, drainMs, signal) {
      const both = await Promise.all([
        proxy.drain(app, target, drainMs, signal),
        predecessor.drain(app, target, drainMs, signal),
      ])
      return {drainMs: Math.max(both[0].drainMs, both[1].drainMs), cut: both[0].cut + both[1].cut}
    },
    async giveWay() {
      await Promise.all([proxy.giveWay(), predecessor.gone])
    },
  }
}

const keyOf = ({host, port}: Place): string => `${host} ${port}`

const tell = (message: FromSuccessor): void => {
  if (process.send === undefined) throw new ImmBug('a successor is started by the proxy that runs')
  if (process.connected) process.send(message)
}
