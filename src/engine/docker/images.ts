import type Docker from 'dockerode'

import type {Image} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {keep} from './kept.ts'
import {carries, labelFilter} from './label-filter.ts'
import {statusOf} from './translate-errors.ts'

/** Images that carry all the labels, newest first. */
export const images = async (
  client: Client,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Image[]> => {
  const found = await call('listing images', signal, (abortSignal) =>
    client.docker.listImages({filters: {label: labelFilter(labels)}, abortSignal}),
  )
  return lookedAt(
    client,
    found.filter(({Labels}) => carries(Labels, labels)),
    signal,
  )
}

/** Images of everybody that have a name. */
export const named = async (client: Client, signal: AbortSignal): Promise<Image[]> => {
  const found = await call('listing images', signal, (abortSignal) => client.docker.listImages({abortSignal}))
  return lookedAt(
    client,
    found.filter(({RepoTags}) => namesIn(RepoTags).length > 0),
    signal,
  )
}

/** The list lacks ports, health checks and layers: what was seen once is not asked again. Images may go while they are looked at. */
const lookedAt = async (client: Client, found: readonly Docker.ImageInfo[], signal: AbortSignal): Promise<Image[]> => {
  const all = await Promise.all(
    found.map(async ({Id, RepoTags}) => {
      const known = client.kept.images.get(idOf(Id))
      return known ? {...known, references: namesIn(RepoTags)} : image(client, Id, signal)
    }),
  )
  return all.filter((one) => one !== undefined).toSorted((a, b) => b.createdMs - a.createdMs)
}

/** Undefined where the engine has no such image. */
export const image = async (client: Client, reference: string, signal: AbortSignal): Promise<Image | undefined> => {
  const inspect = (docker: Docker) =>
    call(`looking at image ${reference}`, signal, () => docker.getImage(reference).inspect())
  try {
    const [info, own] = await Promise.all([inspect(client.docker), client.libpod && inspect(client.libpod)])
    const found = own ? withUntold(toImage(info), own as unknown as Untold) : toImage(info)
    keep(client.kept.images, found.id, found)
    return {...found, references: namesIn(info.RepoTags)}
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** Gives an image another name. */
export const tag = async ({docker}: Client, id: string, reference: string, signal: AbortSignal): Promise<void> => {
  const colon = reference.lastIndexOf(':')
  const options = {repo: reference.slice(0, colon), tag: reference.slice(colon + 1)}
  await call(`naming image ${reference}`, signal, (abortSignal) => docker.getImage(id).tag({...options, abortSignal}))
}

/** Takes a name away. 404: gone already. 409: a container still needs the image. */
export const untag = async ({docker}: Client, reference: string, signal: AbortSignal): Promise<void> => {
  try {
    await call(`removing image ${reference}`, signal, (abortSignal) => docker.getImage(reference).remove({abortSignal}))
  } catch (error) {
    const status = statusOf(error)
    if (status !== 404 && status !== 409) throw error
  }
}

const toImage = ({
  Id,
  Config,
  Created,
  Size,
  RootFS,
  Os,
  Architecture,
  RepoDigests,
}: Docker.ImageInspectInfo): Omit<Image, 'references'> => {
  return {
    id: idOf(Id),
    platform: Os && Architecture ? `${Os}/${Architecture}` : undefined,
    manifest: (RepoDigests as string[] | null)?.[0]?.split('@')[1],
    // Engines answer null where an image has none.
    labels: Config.Labels ?? {},
    exposedPorts: tcpPorts(Config.ExposedPorts),
    hasHealthcheck: isCheck(Config.Healthcheck),
    createdMs: Date.parse(Created),
    sizeBytes: Size,
    layers: RootFS.Layers ?? [],
    workingDir: Config.WorkingDir || '/',
    env: variablesOf(Config.Env),
    onBuild: Config.OnBuild ?? [],
  }
}

/** `KEY=VALUE` texts as a map; engines answer null where there are none. */
export const variablesOf = (variables: readonly string[] | null | undefined): Record<string, string> =>
  Object.fromEntries((variables ?? []).map(splitVariable))

export const splitVariable = (variable: string): [string, string] => {
  const at = variable.indexOf('=')
  return at < 0 ? [variable, ''] : [variable.slice(0, at), variable.slice(at + 1)]
}

const tcpPorts = (exposed: Record<string, unknown> | null | undefined): number[] =>
  Object.keys(exposed ?? {})
    .filter((port) => port.endsWith('/tcp'))
    .map((port) => Number.parseInt(port, 10))
    .toSorted((a, b) => a - b)

type Healthcheck = Docker.ImageInspectInfo['Config']['Healthcheck']

const isCheck = (health: Healthcheck): boolean => (health?.Test?.[0] ?? 'NONE') !== 'NONE'

/** What Podman says in its own API only; ONBUILD instructions nowhere but in the history, where those of a base's own base stay too. */
interface Untold {
  Healthcheck?: Healthcheck
  History?: readonly {created_by?: string}[] | null
}

const withUntold = <T extends object>(shown: T, {Healthcheck: health, History}: Untold) => ({
  ...shown,
  hasHealthcheck: isCheck(health),
  onBuild: (History ?? []).flatMap(
    ({created_by}) => /^(?:\/bin\/sh -c #\(nop\) +)?ONBUILD (.+)/.exec(created_by ?? '')?.[1] ?? [],
  ),
})

export const idOf = (id: string): string => (id.startsWith('sha256:') ? id : `sha256:${id}`)

/** Lists call what has no name `<none>:<none>`. */
const namesIn = (tags: readonly string[] | null | undefined): string[] =>
  (tags ?? []).filter((name) => name !== '<none>:<none>').map(asGiven)

/** Podman lists every name with its registry in front. */
const asGiven = (reference: string): string => reference.replace(/^(?:localhost|docker\.io(?:\/library)?)\//, '')
