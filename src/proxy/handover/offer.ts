import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../../errors.ts'
import type {StatePaths} from '../../state/paths.ts'
import {stopDrainMs} from '../limits.ts'
import type {Log} from '../log.ts'
import type {Proxy} from '../proxy.ts'
import {readInteger, readRecord, readText, wrong} from '../record.ts'
import type {Gate} from './gate.ts'
import {handoverVersion} from './messages.ts'
import type {HandoverDone, HandoverOrder} from './messages.ts'
import {startSuccessor} from './successor.ts'
import type {Successor} from './successor.ts'

export interface OfferContext {
  paths: StatePaths
  proxy: Proxy
  gate: Pick<Gate, 'close' | 'open'>
  log: Log
  /** Whether this process is about to end, or has handed over already. */
  isOver: () => boolean
  /** The keeper lets go of all environments, or minds them again: never do two processes. */
  letGo: () => Promise<void>
  mindAgain: () => void
  /** called in the step in which the successor has taken over */
  onDone: (successor: Successor) => void
}

export interface Offer {
  make(order: HandoverOrder): Promise<HandoverDone>
  /** Resolves when none is under way. */
  settled(): Promise<void>
}

/**
 * Hands the proxy over to a process of another imm: that one starts, takes the listening sockets one by one, which queue on for both,
 * and answers on the control socket; from then on this one serves what it has already. Whatever fails before, this one goes on as before.
 */
export const createOffer = (context: OfferContext): Offer => {
  const {paths, proxy, gate, log} = context
  let underWay: Promise<HandoverDone> | undefined
  const run = async (order: HandoverOrder): Promise<HandoverDone> => {
    const successor = await startSuccessor(order, paths)
    // What the keeper still has to say must get through; and who is minded from then on, nobody looks after yet.
    await context.letGo()
    await gate.close()
    try {
      if (context.isOver()) throw new ImmError('HANDOVER_FAILED', 'the running proxy is about to end')
      // What the calls and the keeper changed is on disk.
      await context.letGo()
      await successor.takeOver(proxy)
    } catch (error) {
      await successor.end()
      context.mindAgain()
      gate.open('here')
      throw error
    }
    log(`handed over to imm ${successor.version}, pid ${successor.pid}`)
    context.onDone(successor)
    gate.open('lost')
    return {pid: successor.pid, version: successor.version}
  }
  return {
    async make(order) {
      if (underWay || context.isOver())
        throw new ImmError('HANDOVER_FAILED', 'the running proxy is being replaced already, or about to end')
      try {
        underWay = run(order)
        return await underWay
      } catch (error) {
        log(`not handed over: ${error instanceof Error ? error.message : String(error)}`)
        throw error
      } finally {
        underWay = undefined
      }
    },
    async settled() {
      await underWay?.catch(() => undefined)
    },
  }
}

export const readOrder = (body: unknown): HandoverOrder => {
  const record = readRecord(body, 'handover')
  const absolute = (key: string): string => {
    const file = readText(record, key)
    return path.isAbsolute(file) ? file : reject(key, file)
  }
  return {
    version: readInteger(record, 'version', 1, handoverVersion),
    node: absolute('node'),
    daemon: absolute('daemon'),
  }
}

const reject = (key: string, value: string): never => {
  throw wrong(key, value)
}

// A stream may go on for hours where its release is not replaced; a process that nobody thinks of must not.
const lingerMs = 3_600_000

/** Serves on what is under way here, until the last connection has ended, or the successor has. */
export const linger = async (proxy: Proxy, successor: Successor, stopping: Promise<number>): Promise<void> => {
  const over = new AbortController()
  const left = proxy.giveWay().then(async () => successor.answered())
  const longest = sleep(lingerMs, undefined, {signal: over.signal}).catch(() => undefined)
  const ms = await Promise.race([left, stopping, longest, successor.gone.then(() => stopDrainMs)])
  over.abort()
  await proxy.drainAll(ms ?? 0)
  await proxy[Symbol.asyncDispose]()
}
