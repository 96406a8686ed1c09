/** What a pipeline is told about a preview: plain values, so that whoever has them can ask for it. */
export interface CiResult {
  /** slugs */
  project: string
  environment: string
  /** as people call it: a branch, a tag, `pull/7` */
  ref: string
  commit: string
  /** first line of the commit's message */
  subject?: string | undefined
  outcome: 'live' | 'unchanged' | 'rejected'
  /** of the environment; of a rejected commit: where the release before it keeps serving */
  url: string | undefined
  apps: readonly CiApp[]
  /** why the commit was rejected */
  error?: {code: string; message: string; next?: string | undefined} | undefined
}

export interface CiApp {
  app: string
  /** what proved it: `GET /health answered 200` */
  health?: string | undefined
  image?: CiImage | undefined
  /** from the start of the container to its proof */
  startMs?: number | undefined
  /** the image of the branch that it will be merged into, where this machine has one */
  base?: {ref: string; image: CiImage} | undefined
}

export interface CiImage {
  id: string
  bytes: number
  /** digests, bottom first */
  layers?: readonly string[] | undefined
}
