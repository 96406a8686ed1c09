import {secretDigest} from '../../secrets/secret-digest.ts'
import type {KubernetesObject} from './documents.ts'
import {heldBy, type HeldKind} from './held.ts'
import type {Container, PodSpec, Volume} from './pod.ts'
import {canonical, type Terms} from './words.ts'

/** What each mount holds: the kind of volume, and of ConfigMaps and Secrets of the same file the content, whatever they are called. */
export const volumesOf = (
  {volumeMounts}: Container,
  {volumes}: PodSpec,
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): Terms =>
  Object.fromEntries(
    (volumeMounts ?? []).map(({name, mountPath, subPath, subPathExpr}) => {
      const volume = volumes?.find((each) => each.name === name)
      const below = subPath || subPathExpr
      const held = volume === undefined ? 'persistentVolumeClaim' : heldIn(volume, objects, namespace)
      return [`k8s.volume.${mountPath.replace(/(?<=.)\/+$/, '')}`, below ? `${held}, ${below} of it` : held]
    }),
  )

const heldIn = (volume: Volume, objects: readonly KubernetesObject[], namespace: string | undefined): string => {
  const [kind, given] = Object.entries(volume).find(([key]) => key !== 'name') ?? ['emptyDir', undefined]
  const settings = (given ?? {}) as Readonly<Record<string, unknown>>
  // Which claim it is differs between environments; that it is one is what counts.
  if (kind === 'persistentVolumeClaim' || kind === 'ephemeral') return kind
  if (kind !== 'configMap' && kind !== 'secret') return `${kind} ${canonical(settings)}`.replace(/ \{\}$/, '')
  const {name, secretName, ...rest} = settings
  const named = name ?? secretName
  const which = typeof named === 'string' ? named : ''
  const content = contentOf(kind === 'configMap' ? 'ConfigMap' : 'Secret', which, objects, namespace)
  return [kind, content ?? which, canonical(rest)].join(' ').replace(/ \{\}$/, '')
}

const contentOf = (
  kind: HeldKind,
  name: string,
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): string | undefined => {
  const held = heldBy(kind, name, objects, namespace)
  return (
    held && `content ${secretDigest(kind, canonical([...held].toSorted(([a], [b]) => (a < b ? -1 : 1)))).slice(0, 12)}`
  )
}
