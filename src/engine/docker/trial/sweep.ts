import type {LeftTrial} from '../../../lifecycle/ports.ts'
import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {labelFilter} from '../label-filter.ts'
import {trialLabels} from './trial.ts'

// Trials take seconds.
const oldMs = 600_000

const never = new AbortController().signal

/** What an imm that was killed left of its trials. */
export const leftTrials = async ({docker}: Client, signal: AbortSignal): Promise<LeftTrial[]> => {
  const filters = {label: labelFilter(trialLabels)}
  return call('looking for old trials', signal, async (abortSignal) => {
    const containers = await docker.listContainers({all: true, filters, abortSignal})
    const images = await docker.listImages({filters, abortSignal})
    return [
      ...containers.filter(isOld).map(({Id}) => ({kind: 'container' as const, id: Id})),
      ...images.filter(isOld).map(({Id}) => ({kind: 'image' as const, id: Id})),
    ]
  })
}

/** Removes them. Best effort: the next one comes by again. */
export const sweep = async (client: Client): Promise<void> => {
  try {
    for (const left of await leftTrials(client, never))
      await call('removing an old trial', never, () => drop(client, left))
  } catch {
    // Somebody else may be at it.
  }
}

const drop = async ({docker}: Client, {kind, id}: LeftTrial): Promise<void> => {
  if (kind === 'container') await docker.getContainer(id).remove({force: true, v: true})
  else await docker.getImage(id).remove({force: true})
}

/** Engines count seconds. */
const isOld = ({Created}: {Created: number}): boolean => Date.now() - Created * 1000 > oldMs
