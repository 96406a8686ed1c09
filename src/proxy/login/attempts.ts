import {isIPv6} from 'node:net'

/** Wrong passwords, within `windowMs` of the first. */
const mostOfOne = 10
const mostOfAll = 200
const windowMs = 5 * 60_000
/** Worked out at once: each keeps a core busy. */
const mostAtOnce = 4
const mostAddresses = 10_000

export interface Attempts {
  /** Counts one that is not known yet to be right; a number is in how many seconds it may be made. */
  begin(address: string): Attempt | number
}

export interface Attempt {
  end(isRight: boolean): void
}

interface Window {
  wrong: number
  endsMs: number
}

/** Who may try passwords, and how many: each address, and all of them together. */
export const createAttempts = (now: () => number): Attempts => {
  const byAddress = new Map<string, Window>()
  const all: Window = {wrong: 0, endsMs: 0}
  let underWay = 0
  const current = (window: Window): Window => {
    if (window.endsMs <= now()) Object.assign(window, {wrong: 0, endsMs: now() + windowMs})
    return window
  }
  const windowOf = (address: string): Window => {
    const network = networkOf(address)
    const window = byAddress.get(network) ?? {wrong: 0, endsMs: 0}
    byAddress.delete(network)
    byAddress.set(network, window)
    const [oldest] = byAddress.keys()
    if (byAddress.size > mostAddresses && oldest !== undefined) byAddress.delete(oldest)
    return current(window)
  }
  return {
    begin(address) {
      const its = windowOf(address)
      const full = its.wrong >= mostOfOne ? its : current(all).wrong >= mostOfAll ? all : undefined
      if (full !== undefined) return Math.ceil((full.endsMs - now()) / 1000)
      if (underWay >= mostAtOnce) return 1
      // Before it is known: many at once must not be more than one after the other.
      for (const window of [its, all]) window.wrong++
      underWay++
      return {
        end(isRight) {
          underWay--
          if (isRight) for (const window of [its, all]) window.wrong = Math.max(0, window.wrong - 1)
        },
      }
    },
  }
}

/** Whoever has one address of IPv6 has the 2^64 beside it. */
const networkOf = (address: string): string => {
  if (!isIPv6(address)) return address
  const [before = '', after] = address.toLowerCase().split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const gap = after === undefined ? 0 : 8 - head.length - tail.length
  const groups = [...head, ...Array.from({length: Math.max(gap, 0)}, () => '0'), ...tail]
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
