import type Docker from 'dockerode'

import type {Image} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
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
  // The list lacks ports and health checks. Images may go while they are looked at.
  const all = await Promise.all(
    found.filter(({Labels}) => carries(Labels, labels)).map(({Id}) => image(client, Id, signal)),
  )
  return all.filter((one) => one !== undefined).toSorted((a, b) => b.createdMs - a.createdMs)
}

/** Undefined where the engine has no such image. */
export const image = async (client: Client, reference: string, signal: AbortSignal): Promise<Image | undefined> => {
  const inspect = (docker: Docker) =>
    call(`looking at image ${reference}`, signal, () => docker.getImage(reference).inspect())
  try {
    const [info, own] = await Promise.all([inspect(client.docker), client.libpod && inspect(client.libpod)])
    return toImage(info, own ? (own as unknown as {Healthcheck?: Healthcheck}).Healthcheck : info.Config.Healthcheck)
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

type Healthcheck = Docker.ImageInspectInfo['Config']['Healthcheck']

const toImage = ({Id, RepoTags, Config, Created, Size}: Docker.ImageInspectInfo, health: Healthcheck): Image => {
  const test = health?.Test?.[0]
  return {
    id: Id.startsWith('sha256:') ? Id : `sha256:${Id}`,
    references: (RepoTags ?? []).map(asGiven),
    // Engines answer null where an image has none.
    labels: Config.Labels ?? {},
    exposedPorts: tcpPorts(Config.ExposedPorts),
    hasHealthcheck: test !== undefined && test !== 'NONE',
    createdMs: Date.parse(Created),
    sizeBytes: Size,
  }
}

const tcpPorts = (exposed: Record<string, unknown> | null | undefined): number[] =>
  Object.keys(exposed ?? {})
    .filter((port) => port.endsWith('/tcp'))
    .map((port) => Number.parseInt(port, 10))
    .toSorted((a, b) => a - b)

/** Podman lists every name with its registry in front. */
const asGiven = (reference: string): string => reference.replace(/^(?:localhost|docker\.io(?:\/library)?)\//, '')
