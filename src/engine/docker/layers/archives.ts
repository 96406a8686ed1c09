import {type Anchor, dockerTypes, type ImageConfig, ociTypes} from './anchor.ts'
import {digestOf} from './digest.ts'
import {archiveOf} from './tar.ts'

/** An image as an archive that holds what the engine has not: its config, and at most the topmost layer. */
export interface PartialImage {
  config: ImageConfig
  /** the topmost layer as uncompressed tar; undefined: the engine has them all */
  layer: Buffer | undefined
  /** full reference */
  reference: string
}

/** The image that the anchor becomes by one layer more. */
export const withLayer = (
  {config}: Anchor,
  layer: Buffer,
  labels: Readonly<Record<string, string>>,
  nowMs: number,
): ImageConfig => ({
  ...config,
  created: new Date(nowMs).toISOString(),
  config: {...config.config, Labels: {...config.config?.Labels, ...labels}},
  ...layersOf([...config.rootfs.diff_ids, digestOf(layer)]),
})

/** The lowest layers of an image, that nobody runs. */
export const lowerPart = (
  {config: {architecture, os, variant, rootfs}}: Anchor,
  count: number,
  labels: Readonly<Record<string, string>>,
  nowMs: number,
): ImageConfig => ({
  architecture,
  os,
  ...(variant === undefined ? {} : {variant}),
  created: new Date(nowMs).toISOString(),
  config: {Labels: labels},
  ...layersOf(rootfs.diff_ids.slice(0, count)),
})

/** The builders expect as many steps that made a layer as there are layers. */
const layersOf = (diffIds: readonly string[]): Pick<ImageConfig, 'rootfs' | 'history'> => ({
  rootfs: {type: 'layers', diff_ids: diffIds},
  history: diffIds.map(() => ({created_by: 'imm'})),
})

/** What `docker save` of old wrote: layers that the engine has may be absent where it keeps them by their content. */
export const dockerArchive = ({config, layer, reference}: PartialImage): Promise<Buffer> => {
  const layers = config.rootfs.diff_ids.map((id) => `${id.slice('sha256:'.length)}.tar`)
  return archiveOf([
    ['manifest.json', JSON.stringify([{Config: 'config.json', RepoTags: [reference], Layers: layers}])],
    ['config.json', JSON.stringify(config)],
    ...(layer ? ([[layers.at(-1) ?? '', layer]] as const) : []),
  ])
}

/** OCI image-layout (image-layout.md); blobs that the engine has are absent. */
export const ociArchive = ({config, layer, reference}: PartialImage, {mediaType, layers}: Anchor): Promise<Buffer> => {
  const types = mediaType === dockerTypes.manifest ? dockerTypes : ociTypes
  const blobs = [Buffer.from(JSON.stringify(config)), ...(layer ? [layer] : [])]
  const below = layers.slice(0, config.rootfs.diff_ids.length - (layer ? 1 : 0))
  const own = layer ? [{...described(layer), mediaType: types.layer}] : []
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: {...described(blobs[0] as Buffer), mediaType: types.config},
    layers: [...below, ...own],
  }
  const manifestBlob = Buffer.from(JSON.stringify(manifest))
  const name = fullName(reference)
  const annotations = {'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name}
  const index = {schemaVersion: 2, manifests: [{...described(manifestBlob), mediaType: types.manifest, annotations}]}
  return archiveOf([
    ['oci-layout', JSON.stringify({imageLayoutVersion: '1.0.0'})],
    ['index.json', JSON.stringify(index)],
    ['blobs/'],
    ['blobs/sha256/'],
    ...[...blobs, manifestBlob].map((blob) => [digestOf(blob).replace('sha256:', 'blobs/sha256/'), blob] as const),
  ])
}

const described = (blob: Buffer) => ({digest: digestOf(blob), size: blob.length})

/** `imm/shop/web:x` is short for `docker.io/imm/shop/web:x` wherever a reference is given, but in an archive. */
const fullName = (reference: string): string => {
  const [host = '', ...path] = reference.split('/')
  if (path.length === 0) return `docker.io/library/${reference}`
  return /[.:]|^localhost$/.test(host) ? reference : `docker.io/${reference}`
}

/** In the form that the engine takes with layers absent. */
export const archiveFor = (way: 'load' | 'oci', image: PartialImage, anchor: Anchor): Promise<Buffer> =>
  way === 'load' ? dockerArchive(image) : ociArchive(image, anchor)
