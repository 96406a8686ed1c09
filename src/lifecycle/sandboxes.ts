import {environmentLabels} from '../release/labels.ts'
import {sandboxName} from '../release/names.ts'
import {cleanUp} from './clean-up.ts'
import type {Instance} from './ports.ts'
import type {Standing} from './standing.ts'
import type {World} from './world.ts'

/**
 * A container's network takes longer to make than all the rest of its start. So one sandbox waits with a network that is ready, and the next
 * candidate joins it.
 */
export interface Sandboxes {
  /** The one that waits, given away; undefined where none is ready for this port. */
  take(port: number): Instance | undefined
  /** Has one waiting for the port that was asked for last. To be called when nothing else is under way. */
  prepare(): void
  /** Removes what waits; none is prepared any more. */
  close(): Promise<void>
}

const startTimeoutMs = 20_000

export const createSandboxes = (world: World, standing: Standing): Sandboxes => {
  let waiting: {port: number; instance: Instance} | undefined
  let preparing: Promise<void> | undefined
  let wanted: number | undefined
  let closed = false
  let number = 0

  const start = async (port: number): Promise<void> => {
    const labels = {...environmentLabels(world.id), 'imm.role': 'sandbox'}
    number += 1
    const name = sandboxName(world.id, `${process.pid}-${number}`)
    const instance = await world.engine.sandbox({name, labels, port}, AbortSignal.timeout(startTimeoutMs))
    if (!instance) closed = true
    else if (closed) await discard(instance)
    else waiting = {port, instance}
  }
  const discard = async ({id}: Instance): Promise<void> =>
    cleanUp(async () => world.engine.remove(id, 0, AbortSignal.timeout(startTimeoutMs)), {world, standing})

  return {
    take(port) {
      wanted = port
      if (waiting?.port !== port) return undefined
      const {instance} = waiting
      waiting = undefined
      return instance
    },
    prepare() {
      if (closed || preparing || wanted === undefined || waiting?.port === wanted) return
      const unfit = waiting?.instance
      waiting = undefined
      if (unfit) world.background.add(discard(unfit))
      preparing = start(wanted).finally(() => (preparing = undefined))
      world.background.add(preparing)
    },
    async close() {
      closed = true
      await preparing?.catch(() => undefined)
      const left = waiting?.instance
      waiting = undefined
      if (left) await discard(left)
    },
  }
}
