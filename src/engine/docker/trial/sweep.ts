import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {labelFilter} from '../label-filter.ts'
import {trialLabels} from './trial.ts'

// Trials take seconds.
const oldMs = 600_000

const never = new AbortController().signal

/** Removes what an imm that was killed left of its trials. Best effort: the next one comes by again. */
export const sweep = async ({docker}: Client): Promise<void> => {
  const filters = {label: labelFilter(trialLabels)}
  await call('looking for old trials', never, async () => {
    const containers = await docker.listContainers({all: true, filters})
    for (const {Id} of containers.filter(isOld)) await docker.getContainer(Id).remove({force: true, v: true})
    const images = await docker.listImages({filters})
    for (const {Id} of images.filter(isOld)) await docker.getImage(Id).remove({force: true})
  }).catch(() => {})
}

/** Engines count seconds. */
const isOld = ({Created}: {Created: number}): boolean => Date.now() - Created * 1000 > oldMs
