/** What a scanner is to look at. */
export type ScanTarget = ArchiveTarget | EngineTarget

interface ArchiveTarget {
  /** absolute path of what `docker save` or an OCI tool wrote */
  archive: string
}

interface EngineTarget {
  /** its ID, or a name */
  image: string
  /** variables by which the scanner finds the engine that imm uses */
  env: Readonly<Record<string, string>>
}
