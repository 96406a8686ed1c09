import {ImmError, isImmError} from '../../errors.ts'
import type {OrderNode} from './order.ts'
import {startOrder} from './order.ts'
import type {Dependency} from './spec.ts'

/** Resolves once an app or service is as it is to be; rejects once it can't become so. */
export type Ready = (name: string, condition: Dependency['condition'], signal: AbortSignal) => Promise<void>

export interface Waiting {
  ready: Ready
  /** whether there is an app or a service of the name */
  has: (name: string) => boolean
  /** what somebody should know and stops nothing */
  warn: (message: string) => void
}

/** Waits until all that a node depends on is as it must be. SERVICE_FAILED names what keeps it from starting. */
export const awaitDependencies = async (
  {name, dependsOn}: OrderNode,
  {ready, has, warn}: Waiting,
  signal: AbortSignal,
): Promise<void> => {
  // The first failure is told at once: the others may take minutes.
  await Promise.all(
    dependsOn.map(async (on) => {
      if (!has(on.name) && !on.required) return
      try {
        await ready(on.name, on.condition, signal)
      } catch (error) {
        if (signal.aborted || !isImmError(error)) throw error
        if (on.required) throw notStarted(name, error)
        warn(`${name} starts without ${on.name}, which it doesn't require: ${error.message}`)
      }
    }),
  )
}

const notStarted = (name: string, error: ImmError): ImmError =>
  new ImmError('SERVICE_FAILED', `${name} is not started: ${error.message}`, {
    next: error.next,
    output: error.output,
    cause: error,
  })

export interface Graph extends Waiting {
  nodes: readonly OrderNode[]
  /** called once its dependencies are as they must be; what it takes from there is told by `ready` */
  begin: (name: string, signal: AbortSignal) => void
  /** something that it depends on failed: it can't begin */
  fail: (name: string, error: ImmError) => void
}

/**
 * Begins every app and service as soon as what it depends on is as it must be. Resolves when all have begun, or can't. COMPOSE_INVALID for a
 * cycle, before anything begins.
 */
export const whenReady = async ({nodes, begin, fail, ...waiting}: Graph, signal: AbortSignal): Promise<void> => {
  startOrder(nodes)
  await Promise.all(
    nodes.map(async (node) => {
      try {
        await awaitDependencies(node, waiting, signal)
      } catch (error) {
        if (signal.aborted || !isImmError(error)) throw error
        return fail(node.name, error)
      }
      return begin(node.name, signal)
    }),
  )
}
