import {createHash} from 'node:crypto'
import {gzipSync, zstdCompressSync} from 'node:zlib'

import {pack} from 'tar-stream'

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')

/** One entry: its header, and its content where it is a file. */
export type Entry = readonly [header: Parameters<ReturnType<typeof pack>['entry']>[0], content?: Buffer | string]

const mtime = new Date(0)

export const tarOf = async (entries: readonly Entry[]): Promise<Buffer> => {
  const tar = pack()
  for (const [header, content] of entries) {
    if (content === undefined) tar.entry({mtime, ...header})
    else tar.entry({mtime, ...header}, content)
  }
  tar.finalize()
  return Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>))
}

/** Files by their path; null is a directory. */
export const layerOf = (files: Readonly<Record<string, Buffer | string | null>>): Promise<Buffer> =>
  tarOf(
    Object.entries(files).map(([name, content]) =>
      content === null ? [{name, type: 'directory'}] : [{name}, content],
    ),
  )

export const compressions = {
  none: (bytes: Buffer) => bytes,
  gzip: (bytes: Buffer) => gzipSync(bytes),
  zstd: (bytes: Buffer) => zstdCompressSync(bytes),
}

export interface TestImage {
  layers: readonly Buffer[]
  config?: object
  names?: readonly string[]
  history?: readonly object[]
  diffIds?: readonly string[]
  /** beside `config`: `created`, `architecture` */
  top?: object
}

export const configOf = ({layers, config = {}, history, diffIds, top}: TestImage): Buffer =>
  Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created: '2026-01-02T03:04:05Z',
      config,
      rootfs: {type: 'layers', diff_ids: diffIds ?? layers.map((each) => `sha256:${sha256(each)}`)},
      ...(history && {history}),
      ...top,
    }),
  )

/** As Docker up to 24 saves it. */
export const dockerEntries = (image: TestImage): Entry[] => {
  const config = configOf(image)
  const name = `${sha256(config)}.json`
  const manifest = [
    {Config: name, RepoTags: image.names ?? ['shop:1'], Layers: image.layers.map((_, at) => `layer${at}/layer.tar`)},
  ]
  return [
    ...image.layers.map((layer, at): Entry => [{name: `layer${at}/layer.tar`}, layer]),
    [{name}, config],
    [{name: 'manifest.json'}, JSON.stringify(manifest)],
  ]
}

export const dockerArchive = async (image: TestImage): Promise<Buffer> => tarOf(dockerEntries(image))

/** The entries of an OCI layout with one manifest, and the descriptor of that. */
export const ociImage = (image: TestImage, compression: keyof typeof compressions = 'none') => {
  const config = configOf(image)
  const stored = image.layers.map(compressions[compression])
  const manifest = Buffer.from(
    JSON.stringify({schemaVersion: 2, config: descriptorOf(config), layers: stored.map(descriptorOf)}),
  )
  return {entries: [config, ...stored, manifest].map(blobEntry), descriptor: descriptorOf(manifest)}
}

export const descriptorOf = (bytes: Buffer) => ({digest: `sha256:${sha256(bytes)}`, size: bytes.length})

export const blobEntry = (bytes: Buffer): Entry => [{name: `blobs/sha256/${sha256(bytes)}`}, bytes]

export const indexEntry = (manifests: readonly object[]): Entry => [
  {name: 'index.json'},
  JSON.stringify({schemaVersion: 2, manifests}),
]

export const ociArchive = async (image: TestImage, compression?: keyof typeof compressions): Promise<Buffer> => {
  const {entries, descriptor} = ociImage(image, compression)
  return tarOf([indexEntry([descriptor]), ...entries])
}

/** In pieces, as a file or socket brings them. */
export async function* streamOf(bytes: Buffer, pieces = 10_000): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; at += pieces) yield bytes.subarray(at, at + pieces)
}
