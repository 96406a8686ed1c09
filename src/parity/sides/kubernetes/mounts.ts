import type {MountSide} from '../../facts.ts'
import type {Container, PodSpec, Volume} from './pod.ts'

type Kind = MountSide['kind']

const kinds: Readonly<Record<string, Kind>> = {
  secret: 'secret',
  configMap: 'config',
  downwardAPI: 'config',
  projected: 'config',
  hostPath: 'bind',
}

/** Of these the files can't be written, whatever the mount says. */
const neverWritten = new Set<Kind>(['secret', 'config'])

/** What a container has mounted; a claim of a StatefulSet is a volume without an entry of its own in the pod. */
export const mountsOf = ({volumeMounts}: Container, {volumes}: PodSpec): {mounts: MountSide[]; tmpfs: string[]} => {
  const mounts = (volumeMounts ?? []).map(({name, mountPath, readOnly}): MountSide => {
    const volume = volumes?.find((each) => each.name === name)
    const kind = volume === undefined ? 'volume' : kindOf(volume)
    return {
      path: mountPath.length > 1 ? mountPath.replace(/\/+$/, '') : mountPath,
      kind,
      readOnly: neverWritten.has(kind) || (readOnly ?? false),
    }
  })
  return {
    mounts: mounts.filter(({kind}) => kind !== 'tmpfs'),
    tmpfs: mounts.filter(({kind}) => kind === 'tmpfs').map(({path}) => path),
  }
}

const kindOf = (volume: Volume): Kind => {
  const {emptyDir} = volume as {emptyDir?: {medium?: unknown} | null}
  if (emptyDir?.medium === 'Memory') return 'tmpfs'
  const source = Object.keys(volume).find((key) => Object.hasOwn(kinds, key))
  return kinds[source ?? ''] ?? 'volume'
}
