import type {ChildProcess} from 'node:child_process'
import process from 'node:process'

import {ImmError} from '../../errors.ts'
import type {StatePaths} from '../../state/paths.ts'
import {logTail} from '../log.ts'
import type {Proxy} from '../proxy.ts'
import {spawnDaemon} from '../spawn-daemon.ts'
import type {FromSuccessor, HandoverOrder, ToSuccessor} from './messages.ts'

/** The argument that tells a daemon to take over from who started it. */
export const successorArgument = 'successor'

/** The process that is to take over. */
export interface Successor {
  readonly pid: number
  readonly version: string
  /** Resolves once it serves. Rejects where it can't; then it is gone. */
  takeOver(proxy: Proxy): Promise<void>
  /** resolves when it has ended, or let go of this process */
  readonly gone: Promise<void>
  end(): Promise<void>
  /** Resolves when it has the answer to each drain that it asked for. */
  answered(): Promise<void>
}

const readyTimeoutMs = 10_000
const serveTimeoutMs = 10_000

/** Starts it; it is ready, and touches nothing yet. */
export const startSuccessor = async (order: HandoverOrder, paths: StatePaths): Promise<Successor> => {
  const child = spawnDaemon(order, paths, process.env, successorArgument)
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({message}) => resolve(message))
    child.once('exit', (code, killed) => resolve(`it ended with ${killed ?? code}`))
  })
  const gone = new Promise<void>((resolve) => {
    child.once('disconnect', resolve)
    void ended.then(() => resolve())
  })
  const end = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const next = async <T>(timeoutMs: number, read: (message: FromSuccessor) => T | undefined): Promise<T> => {
    const {promise, resolve, reject} = Promise.withResolvers<T>()
    const onMessage = (message: FromSuccessor): void => {
      if ('error' in message) return reject(failure(message.error.message, paths))
      const value = read(message)
      if (value !== undefined) resolve(value)
      return undefined
    }
    const timer = setTimeout(() => reject(failure(`it was not there within ${timeoutMs / 1000} s`, paths)), timeoutMs)
    child.on('message', onMessage)
    void ended.then((reason) => reject(failure(reason, paths)))
    try {
      return await promise
    } catch (error) {
      await end()
      throw error
    } finally {
      clearTimeout(timer)
      child.off('message', onMessage)
    }
  }
  const drains = new Set<Promise<void>>()
  const version = await next(readyTimeoutMs, (message) => ('ready' in message ? message.ready.version : undefined))
  return {
    pid: child.pid ?? 0,
    version,
    async takeOver(proxy) {
      child.on('message', (message: FromSuccessor) => {
        const drain = serve(message, proxy, child)
        drains.add(drain)
        void drain.finally(() => drains.delete(drain))
      })
      const started = next(serveTimeoutMs, (message) => ('started' in message ? true : undefined))
      tell(child, {go: {port: proxy.port}})
      await started
      // It goes on without this process, and this one ends when its own connections have.
      child.unref()
      child.channel?.unref()
    },
    gone,
    end,
    async answered() {
      await Promise.all(drains)
    },
  }
}

/** What it asks for, before and after it has taken over. */
const serve = async (message: FromSuccessor, proxy: Proxy, child: ChildProcess): Promise<void> => {
  if ('want' in message) {
    tell(child, {listener: message.want}, proxy.listener(message.want))
  } else if ('drain' in message) {
    const {id, app, target, drainMs} = message.drain
    const {signal} = new AbortController()
    tell(child, {drained: {id, ...(await proxy.drain(app, target, drainMs, signal))}})
  }
}

const tell = (child: ChildProcess, message: ToSuccessor, listener?: ReturnType<Proxy['listener']>): void => {
  // Without the callback a channel that breaks at this moment would throw.
  if (child.connected) child.send(message, listener, () => undefined)
}

const failure = (reason: string, paths: StatePaths): ImmError =>
  new ImmError('HANDOVER_FAILED', `the new proxy did not take over: ${reason}`, {output: logTail(paths)})
