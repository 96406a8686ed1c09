import type {Socket} from 'node:net'

import {connectUpstream, maxConnections} from '../upstream.ts'
import type {Upstream} from '../upstream.ts'

/** The connections to an upstream that the fast path has. */
export interface Links {
  readonly open: Set<Link>
  /** those that wait to be used again, the last one used last */
  readonly kept: Link[]
}

/** A connection to an upstream. */
export interface Link {
  readonly socket: Socket
  readonly upstream: Upstream
  /** it has served a request before this one */
  reused: boolean
  /** by performance.now(); after it, the other side may have closed it */
  keptUntilMs: number
  error: NodeJS.ErrnoException | undefined
  /** whose request is under way; undefined while it is kept */
  user: LinkUser | undefined
}

export interface LinkUser {
  /** the bytes are these during the call alone */
  onAnswer(bytes: Buffer): void
  /** the connection is gone, with `error` where there was one */
  onLost(): void
}

/** No further connection may be opened. */
export const isFull = ({links: {open, kept}}: Upstream): boolean => open.size - kept.length >= maxConnections

const maxKept = 512
/** Asked again this much before the other side's own limit, the request could meet the end. */
const marginMs = 1000

/** A kept connection of the upstream, the last one used first; undefined where there is none. */
export const keptLink = (upstream: Upstream, nowMs: number): Link | undefined => {
  const {kept} = upstream.links
  for (let link = kept.pop(); link !== undefined; link = kept.pop()) {
    if (!link.socket.destroyed && link.keptUntilMs > nowMs) return link
    link.socket.destroy()
  }
  return undefined
}

/** All links read into it, one after the other: most answers leave as text before the next is read. */
const readInto = Buffer.allocUnsafeSlow(64 * 1024)

export const openLink = (upstream: Upstream): Link => {
  const {host, port} = upstream.target.address
  const callback = (length: number): boolean => {
    // What nobody asked for would be taken for the next answer.
    if (link.user === undefined) socket.destroy()
    else link.user.onAnswer(readInto.subarray(0, length))
    return true
  }
  const socket = connectUpstream({host, port, noDelay: true, onread: {buffer: readInto, callback}})
  const link: Link = {socket, upstream, reused: false, keptUntilMs: Infinity, error: undefined, user: undefined}
  upstream.links.open.add(link)
  socket.on('end', () => socket.destroy())
  socket.on('error', (error) => {
    link.error = error
  })
  socket.on('close', () => {
    const {open, kept} = upstream.links
    open.delete(link)
    if (link.user !== undefined) return link.user.onLost()
    const index = kept.indexOf(link)
    if (index >= 0) kept.splice(index, 1)
  })
  return link
}

/** Its answer is complete and it stays. */
export const keepLink = (link: Link, nowMs: number, keepAliveMs: number | undefined): void => {
  link.user = undefined
  const {kept} = link.upstream.links
  if (kept.length >= maxKept || (keepAliveMs !== undefined && keepAliveMs <= marginMs)) return link.socket.destroySoon()
  link.reused = true
  link.keptUntilMs = keepAliveMs === undefined ? Infinity : nowMs + keepAliveMs - marginMs
  kept.push(link)
}

/** It will not be used again. */
export const endLink = (link: Link): void => {
  link.user = undefined
  link.socket.destroySoon()
}
