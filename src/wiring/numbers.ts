import type {Engine, Numbers} from '../lifecycle/ports.ts'
import {releaseNumber, releaseOfReference, type AppId} from '../release/identity.ts'
import {containerIdentity, environmentLabels} from '../release/labels.ts'
import {allotNumbers, newestNumber} from '../state/numbers.ts'

/** Numbers of an environment: above the state's, and where that was lost, above what the engine's labels and image names know. */
export const numbersOf = async (id: AppId, home: string, engine: Engine, signal: AbortSignal): Promise<Numbers> => {
  const labels = environmentLabels(id)
  const [instances, images] = await Promise.all([engine.instances(labels, signal), engine.images(labels, signal)])
  const identities = instances.flatMap((instance) => containerIdentity(instance.labels) ?? [])
  const names = images
    .flatMap(({references}) => references)
    .flatMap((reference) => releaseOfReference(id, reference) ?? [])
  const releases = [...names, ...identities.map(({release}) => release)]
  const release = Math.max(0, ...releases.map((name) => releaseNumber(name) ?? 0))
  const atLeast = {release, generation: Math.max(release, ...identities.map(({generation}) => generation))}
  return {
    release: async (inner) => allotNumbers({home, id, atLeast, kind: 'release', signal: inner}),
    newest: async (inner) => newestNumber({home, id, atLeast, signal: inner}),
    generation: async (inner) =>
      (await allotNumbers({home, id, atLeast, kind: 'generation', signal: inner})).generation,
  }
}
