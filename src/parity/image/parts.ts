/** Where in an archive the parts of an image are. */
export interface Parts {
  names: readonly string[]
  /** `sha256:…` of the manifest, by which registries know the image; archives of older Docker have none */
  manifest?: string | undefined
  config: string
  layers: readonly {name: string; digest?: string | undefined; size?: number | undefined}[]
}
