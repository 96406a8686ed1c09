import type {Image} from '../../../lifecycle/ports.ts'
import {call} from '../call.ts'
import type {Client} from '../client.ts'
import {keep} from '../kept.ts'
import {layerRefused} from './refused.ts'
import {storedAnchor} from './stored-anchor.ts'

/** `application/vnd.oci.image.config.v1+json` and Docker's older twin, as much as matters here: what isn't named stays as it is. */
export interface ImageConfig {
  architecture: string
  os: string
  variant?: string | undefined
  created?: string
  config?: Record<string, unknown> & {Labels?: Readonly<Record<string, string>> | null}
  rootfs: {type: 'layers'; diff_ids: readonly string[]}
  history?: unknown
}

/** Where a store keeps a blob. */
export interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

/** All that an image on top of this one has to repeat. */
export interface Anchor {
  config: ImageConfig
  /** of its manifest */
  mediaType: string
  /** bottom first, one for each of the config's layers */
  layers: readonly Descriptor[]
}

export const dockerTypes = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
}
export const ociTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
}

/** Asked once for each image. LAYER_REFUSED where the engine doesn't tell all. */
export const anchorOf = (client: Client, image: Image): Promise<Anchor> => {
  const {anchors} = client.kept
  const known = anchors.get(image.id)
  if (known) return known
  const asked = client.store === 'containerd' ? storedAnchor(client, image) : inspected(client, image)
  asked.catch(() => anchors.delete(image.id))
  return keep(anchors, image.id, asked)
}

interface Inspected {
  Architecture: string
  Os: string
  Variant?: string
  Author?: string
  Config: Record<string, unknown>
  /** of Podman, as is all below */
  Healthcheck?: unknown
  ManifestType?: string
  History?: readonly {created_by?: string}[] | null
}

const never = new AbortController().signal

const inspected = async ({docker, libpod}: Client, {id, layers}: Image): Promise<Anchor> => {
  const inspect = (engine = docker) =>
    call(`looking at image ${id}`, never, async () => (await engine.getImage(id).inspect()) as unknown as Inspected)
  const [info, own] = await Promise.all([inspect(), libpod && inspect(libpod)])
  const untold = own && untoldIn(own.History)
  if (untold) throw layerRefused(`the engine doesn't tell the image's ${untold}`)
  const {Architecture, Os, Variant, Author, Config} = info
  const types = own?.ManifestType === ociTypes.manifest ? ociTypes : dockerTypes
  return {
    config: {
      architecture: Architecture,
      os: Os,
      ...(Variant ? {variant: Variant} : {}),
      ...(Author ? {author: Author} : {}),
      config: own?.Healthcheck ? {...Config, Healthcheck: own.Healthcheck} : Config,
      rootfs: {type: 'layers', diff_ids: layers},
    },
    mediaType: types.manifest,
    // Where layers are known by their content (Podman), the size is never looked at.
    layers: layers.map((digest) => ({mediaType: types.layer, digest, size: 0})),
  }
}

/** Podman keeps these in the image, and out of everything that its API says of one but the history. */
const untoldIn = (history: Inspected['History']): string | undefined =>
  history?.map(({created_by}) => instructionOf(created_by)).find((word) => word === 'SHELL' || word === 'ONBUILD')

/** `/bin/sh -c #(nop)  SHELL [bash]` of the classic builders, `SHELL [bash]` of BuildKit. */
const instructionOf = (createdBy = ''): string | undefined =>
  /^(?:\/bin\/sh -c #\(nop\) +)?([A-Z]+) /.exec(createdBy)?.[1]
