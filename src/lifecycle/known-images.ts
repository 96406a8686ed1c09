import {environmentLabels} from '../release/labels.ts'
import type {Plan} from './plan.ts'
import type {Image} from './ports.ts'
import type {World} from './world.ts'

/**
 * Which snapshots have an image already. The engine is asked what there is once, and then only about what may be there: on the way from a
 * save to its release every call counts.
 */
export interface KnownImages {
  find(plan: Plan, signal: AbortSignal): Promise<Image | undefined>
  note(plan: Plan): void
}

export const knownImages = ({id, engine}: Pick<World, 'id' | 'engine'>): KnownImages => {
  let known: Set<string> | undefined
  return {
    async find(plan, signal) {
      const labels = {...environmentLabels(id), ...contentLabels(plan)}
      if (known && !known.has(keyOf(labels))) return undefined
      const images = await engine.images(known ? labels : environmentLabels(id), signal)
      known ??= new Set(images.map((image) => keyOf(image.labels)))
      return images.find((image) => keyOf(image.labels) === keyOf(labels))
    },
    note: (plan) => void known?.add(keyOf(contentLabels(plan))),
  }
}

const contentLabels = ({snapshot, buildDigest}: Plan) => ({
  'imm.snapshot': snapshot.digest,
  'imm.settings': buildDigest,
})

const keyOf = (labels: Readonly<Record<string, string>>): string =>
  `${labels['imm.snapshot'] ?? ''} ${labels['imm.settings'] ?? ''}`
