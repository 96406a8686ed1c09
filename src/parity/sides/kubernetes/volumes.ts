import type {KubernetesObject} from './documents.ts'
import {filesOf} from './files.ts'
import type {Container, PodSpec, Volume} from './pod.ts'
import {plainQuantity} from './quantity.ts'
import {canonical, type Terms} from './words.ts'

type Settings = Readonly<Record<string, unknown>>
type Mount = NonNullable<Container['volumeMounts']>[number]

/** What each mount holds: the kind of volume, and of ConfigMaps and Secrets of the same file the content, whatever they are called. */
export const volumesOf = (
  {volumeMounts}: Container,
  {volumes}: PodSpec,
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): Terms =>
  Object.fromEntries(
    (volumeMounts ?? []).map((mount) => {
      const volume = volumes?.find(({name}) => name === mount.name)
      const path = mount.mountPath.replace(/(?<=.)\/+$/, '')
      // A claim of a StatefulSet has no entry of its own in the pod.
      const held = volume ? heldIn(volume, mount, objects, namespace) : `persistentVolumeClaim${belowOf(mount)}`
      const {mountPropagation: arriving} = mount
      return [`k8s.volume.${path}`, arriving && arriving !== 'None' ? `${held}, ${arriving}` : held]
    }),
  )

const belowOf = ({subPath, subPathExpr}: Mount): string => {
  const below = subPath || subPathExpr
  return below ? `, ${below} of it` : ''
}

const heldIn = (
  volume: Volume,
  mount: Mount,
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): string => {
  const [kind, given] = Object.entries(volume).find(([key]) => key !== 'name') ?? ['emptyDir', undefined]
  const settings = (given ?? {}) as Settings
  // Which claim it is differs between environments; that it is one is what counts.
  if (kind === 'persistentVolumeClaim' || kind === 'ephemeral') return `${kind}${belowOf(mount)}`
  const mode = typeof settings['defaultMode'] === 'number' ? settings['defaultMode'] : usualMode
  const sources = sourcesOf(kind, settings)
  if (sources === undefined) return `${wordsOf(kind, withPlainSize(settings))}${belowOf(mount)}`
  const told = sources.map((source) => filesOf(source, mode, mount.subPath || undefined, objects, namespace))
  const unknown = told.some(({known}) => !known)
  return `${told.map(({text}) => text).join(' and ')}${unknown || mount.subPathExpr ? belowOf(mount) : ''}`
}

/** 0644 */
const usualMode = 0o644

/** What the files come from: of a projected volume several, each as if it were a volume. */
const sourcesOf = (kind: string, settings: Settings): [string, Settings][] | undefined => {
  if (kind === 'configMap' || kind === 'secret') return [[kind, settings]]
  const {sources} = settings
  if (kind !== 'projected' || !Array.isArray(sources)) return undefined
  return sources.flatMap((source: unknown) => Object.entries(source ?? {}) as [string, Settings][])
}

const withPlainSize = ({sizeLimit, ...settings}: Settings): Settings => ({
  ...settings,
  ...(typeof sizeLimit === 'string' || typeof sizeLimit === 'number'
    ? {sizeLimit: plainQuantity(String(sizeLimit))}
    : {}),
})

const wordsOf = (kind: string, settings: Settings): string => `${kind} ${canonical(settings)}`.replace(/ \{\}$/, '')
