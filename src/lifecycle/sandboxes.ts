import type {ContainerSettings} from '../config/settings.ts'
import {environmentLabels} from '../release/labels.ts'
import {sandboxName} from '../release/names.ts'
import {attachmentOf} from './attachment.ts'
import {cleanUp} from './clean-up.ts'
import type {Instance, SandboxSpec} from './ports.ts'
import {mayJoin} from './sandbox-fit.ts'
import type {Standing} from './standing.ts'
import type {World} from './world.ts'

/**
 * A container's network takes longer to make than all the rest of its start. So one sandbox waits with a network that is ready, and the next
 * candidate joins it.
 */
export interface Sandboxes {
  /** The one that waits, given away; undefined where none is ready for this port in these networks, or none may be joined. */
  take(port: number, container: ContainerSettings): Instance | undefined
  /** Has one waiting like the one that was asked for last. To be called when nothing else is under way. */
  prepare(): void
  /** Removes what waits; none is prepared any more. */
  close(): Promise<void>
}

type Network = Pick<SandboxSpec, 'port' | 'attachment'>

/** Settings are read anew with every change: what is written alike is the same. */
const same = (one: Network | undefined, other: Network | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const startTimeoutMs = 20_000

export const createSandboxes = (world: World, standing: Standing): Sandboxes => {
  let waiting: {network: Network; instance: Instance} | undefined
  let preparing: Promise<void> | undefined
  let wanted: Network | undefined
  let closed = false
  let number = 0

  const start = async (network: Network): Promise<void> => {
    const labels = {...environmentLabels(world.id), 'imm.role': 'sandbox'}
    number += 1
    const name = sandboxName(world.id, `${process.pid}-${number}`)
    const instance = await world.engine.sandbox({name, labels, ...network}, AbortSignal.timeout(startTimeoutMs))
    if (!instance) closed = true
    else if (closed) await discard(instance)
    else waiting = {network, instance}
  }
  const discard = async ({id}: Instance): Promise<void> =>
    cleanUp(async () => world.engine.remove(id, 0, AbortSignal.timeout(startTimeoutMs)), {world, standing})

  return {
    take(port, container) {
      wanted = mayJoin(container) ? {port, attachment: attachmentOf({container}, world)} : undefined
      if (!waiting || !same(waiting.network, wanted)) return undefined
      const {instance} = waiting
      waiting = undefined
      return instance
    },
    prepare() {
      if (closed || preparing || same(waiting?.network, wanted)) return
      const unfit = waiting?.instance
      waiting = undefined
      if (unfit) world.background.add(discard(unfit))
      if (wanted === undefined) return
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
