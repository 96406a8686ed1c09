import type {Address, Image, ImageEntry, Layering} from '../../lifecycle/ports.ts'
import type {Anchor} from './layers/anchor.ts'

/** What imm learned of an engine and what can't change while it talks to it, so that it is asked once. */
export interface Kept {
  /** by image id; names come and go */
  images: Map<string, Omit<Image, 'references'>>
  /** by image id */
  anchors: Map<string, Promise<Anchor>>
  /** what layers have at paths, undefined for nothing: by their digests, because images come and go */
  entries: Map<string, Map<string, ImageEntry | undefined>>
  /** by id of a running sandbox, which is never started again; until the engine goes away */
  addresses: Map<string, Address>
  layering: Promise<Layering | undefined> | undefined
}

export const nothingKept = (): Kept => ({
  images: new Map(),
  anchors: new Map(),
  entries: new Map(),
  addresses: new Map(),
  layering: undefined,
})

/** As many as a large project has, a few hundred bytes each. */
const most = 1000

/** Forgets the oldest where there are too many. */
export const keep = <T>(map: Map<string, T>, key: string, value: T): T => {
  const oldest = map.size < most ? undefined : map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
  map.set(key, value)
  return value
}
