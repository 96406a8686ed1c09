/** Something of a repository that names a commit. */
export interface Ref {
  /** refs/heads/feature/x, refs/tags/v1, refs/pull/7/head, or the commit itself */
  ref: string
  /** what people call it: feature/x, v1, pull/7, 3fa9c1e04b21 */
  name: string
  kind: 'branch' | 'tag' | 'pull' | 'commit' | 'worktree'
  commit: string
  author: string
  subject: string
  committedMs: number
  /** of a worktree, absolute */
  directory?: string
}

export interface Repository {
  /** what it is called by default: of its directory or URL */
  name: string
  /** absolute; one for all worktrees */
  gitDir: string
  /** main working tree; undefined: bare, or a mirror */
  worktree: string | undefined
  /** without credentials */
  origin: string | undefined
  /** of the project in it that is meant, with slashes; undefined: its root */
  subdirectory?: string
}
