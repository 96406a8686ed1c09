import type {ImageConfig} from '../layers/anchor.ts'
import {historyOf, type History} from './own-layers.ts'

/** What the OCI image-spec (config.md) and Docker know of how an image runs; builders add what they did, and on which machine. */
const kept = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'ArgsEscaped',
  'Healthcheck',
  'OnBuild',
  'Shell',
  'StopTimeout',
  'NetworkDisabled',
] as const

/** The config of an image with these layers, no time in it after the epoch, and nothing that two builds of the same source differ in. */
export const canonicalConfig = (config: ImageConfig, layers: readonly string[], epochS: number): object => ({
  ...picked(config, ['architecture', 'os', 'os.version', 'os.features', 'variant', 'author']),
  created: timeOf(epochS),
  config: sorted(picked(config.config ?? {}, kept)),
  rootfs: {type: 'layers', diff_ids: layers},
  // Without comments: Podman names images there that differ from build to build.
  history: inOrder(historyOf(config)).map((step) => ({
    created: clamped(step.created, epochS),
    ...picked({...step, created_by: withoutSums(step.created_by)}, ['created_by', 'author', 'empty_layer']),
  })),
})

/** Podman makes a step of every label that a build is given, in whatever order its map has them: those that follow one another are sorted. */
const inOrder = (history: readonly History[]): History[] => {
  const ordered: History[] = []
  for (const step of history) {
    let at = ordered.length
    while (at > 0 && isLabel(step) && isLabel(ordered[at - 1]) && textOf(ordered[at - 1]) > textOf(step)) at -= 1
    ordered.splice(at, 0, step)
  }
  return ordered
}

const isLabel = (step: History | undefined): boolean =>
  step?.empty_layer === true && /^(?:\/bin\/sh -c #\(nop\) +)?LABEL /.test(textOf(step))

const textOf = (step: History | undefined): string => step?.created_by ?? ''

/** Podman's sum of what was copied (`COPY file:3f4c… in /app`) counts the times of the files; the layer says what they are. */
const withoutSums = (createdBy: string | undefined): string | undefined =>
  createdBy?.replaceAll(/\b(file|dir|multi):[0-9a-f]{64}\b/g, '$1')

const timeOf = (epochS: number): string => new Date(epochS * 1000).toISOString().replace('.000Z', 'Z')

const clamped = (created: string | undefined, epochS: number): string => {
  const ms = Date.parse(created ?? '')
  return created !== undefined && ms <= epochS * 1000 ? created : timeOf(epochS)
}

const picked = (from: object, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const value = (from as Record<string, unknown>)[key]
      return isNothing(value) ? [] : [[key, value]]
    }),
  )

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0)

/** Maps have no order in Go, which writes them sorted; builders of other languages may not. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}
