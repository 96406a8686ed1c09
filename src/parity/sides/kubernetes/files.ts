import {z} from 'zod'

import {secretDigest} from '../../secrets/secret-digest.ts'
import type {KubernetesObject} from './documents.ts'
import {heldBy, type HeldKind, type Known} from './held.ts'
import {canonical} from './words.ts'

const given = z.looseObject({
  name: z.string().nullish(),
  secretName: z.string().nullish(),
  items: z.array(z.object({key: z.string(), path: z.string(), mode: z.number().nullish()})).nullish(),
  defaultMode: z.number().nullish(),
  optional: z.boolean().nullish(),
})

const kinds: Readonly<Record<string, HeldKind>> = {configMap: 'ConfigMap', secret: 'Secret'}

const digits = 12

/** What a source of a volume puts below `path`, or below the mount: of what the file has by a digest of it, of others by their name. */
export const filesOf = (
  [kind, settings]: readonly [string, Readonly<Record<string, unknown>>],
  defaultMode: number,
  path: string | undefined,
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): {text: string; known: boolean} => {
  const held = kinds[kind]
  const read = given.safeParse(settings)
  if (held === undefined || !read.success) return {text: `${kind} ${canonical(settings)}`, known: false}
  const {name, secretName, items, defaultMode: _mode, optional, ...rest} = read.data
  const which = name ?? secretName ?? ''
  const content = heldBy(held, which, objects, namespace)
  if (content === undefined) {
    const more = canonical({...rest, items, optional, defaultMode: modeOf(defaultMode)})
    return {text: `${kind} ${which} ${more}`.replace(/ \{\}$/, ''), known: false}
  }
  const files = (items ?? [...content.keys()].map((key) => ({key, path: key})))
    .map((item) => fileOf(item, content, defaultMode))
    .filter((file) => path === undefined || file.path === path || file.path.startsWith(`${path}/`))
    .map((file) => ({...file, path: file.path.slice(path?.length ?? 0)}))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return {text: `${kind} content ${secretDigest(kind, canonical(files)).slice(0, digits)}`, known: true}
}

const fileOf = (
  {key, path, mode}: {key: string; path: string; mode?: number | null | undefined},
  content: ReadonlyMap<string, Known>,
  defaultMode: number,
) => ({path, mode: modeOf(mode ?? defaultMode), value: content.get(key)?.value})

/** 0644 is what is usual. */
const modeOf = (mode: number): number | undefined => (mode === 0o644 ? undefined : mode)
