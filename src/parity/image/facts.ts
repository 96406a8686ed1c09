/** What one file of an image is. Times are left out: the same content built an hour later is the same. */
export interface FileFact {
  path: string
  kind: FileKind
  /** permissions with setuid, setgid and sticky bit */
  mode: number
  uid: number
  gid: number
  /** bytes of a file's content */
  size: number
  /** of a file's content, in hex */
  sha256?: string | undefined
  /** where a symbolic link leads, as it says so itself */
  target?: string | undefined
  /** begins as machine code of Linux does (ELF) */
  program?: true | undefined
  /** which device it stands for: `character 1:3` */
  device?: string | undefined
  /** extended attributes, in base64: file capabilities are there */
  xattrs?: Readonly<Record<string, string>> | undefined
  /** no layer says anything of it but that something is below it */
  implied?: true | undefined
  /** the layer that it comes from, 0 the lowest */
  layer: number
}

export type FileKind = 'file' | 'directory' | 'link' | 'device' | 'pipe'

/** What a layer does, in the order of its archive. `link`: a second name of a file. */
export type LayerStep =
  | {does: 'put'; fact: LayerFact}
  | {does: 'link'; path: string; to: string}
  | {does: 'remove'; path: string}
  | {does: 'empty'; path: string}

/** The same layer may be in several images, at another place: `layer` is there to be said in a copy, and undefined. */
export type LayerFact = Omit<FileFact, 'layer' | 'implied'> & {layer?: undefined}

export type Compression = 'none' | 'gzip' | 'zstd'

export interface LayerFacts {
  /** `sha256:…` of the layer as a plain tar: what the image's config calls it */
  diffId: string
  /** `sha256:…` of it as it is stored: what a manifest calls it */
  digest: string
  compression: Compression
  /** bytes as a plain tar */
  size: number
  /** bytes as it is stored */
  storedSize: number
  steps: readonly LayerStep[]
}
