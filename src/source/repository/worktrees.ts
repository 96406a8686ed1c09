import {askGit} from './git.ts'

export interface Worktree {
  directory: string
  bare: boolean
  commit: string | undefined
  /** refs/heads/…; undefined: detached, or bare */
  branch: string | undefined
}

/** All working trees of a repository, the main one first. Without `-z`, which git has since 2.36 alone. */
export const worktreesOf = async (gitDir: string, signal: AbortSignal): Promise<Worktree[]> => {
  const {exitCode, stdout} = await askGit(['worktree', 'list', '--porcelain'], {gitDir}, signal)
  return exitCode === 0 ? stdout.split('\n\n').flatMap(read) : []
}

/** git-worktree(1), "Porcelain Format": `label value`, or a label alone. */
const read = (entry: string): Worktree[] => {
  const lines = entry.split('\n')
  const value = (label: string) => lines.find((line) => line.startsWith(`${label} `))?.slice(label.length + 1)
  const directory = value('worktree')
  if (directory === undefined) return []
  const commit = value('HEAD')
  // Before the first commit.
  const unborn = commit === undefined || /^0+$/.test(commit)
  return [{directory, bare: lines.includes('bare'), commit: unborn ? undefined : commit, branch: value('branch')}]
}
