import {ImmError} from '../../errors.ts'
import {askGit} from './git.ts'
import type {Ref, Repository} from './ref.ts'

// The second half is of what an annotated tag points to, and empty for all others.
const fields = ['objectname', 'objecttype', 'committerdate:unix', 'authorname', 'contents:subject']
const format = ['refname', ...fields, ...fields.map((field) => `*${field}`)].map((field) => `%(${field})`).join('%00')

/** Every branch, and every pull or merge request that was fetched. */
export const refsOf = async (repository: Repository, signal: AbortSignal): Promise<Ref[]> =>
  listRefs(repository, ['refs/heads', 'refs/pull', 'refs/merge-requests'], signal)

/** Those that a pattern names, or that are in a folder of that name (git-for-each-ref(1)). */
export const listRefs = async (
  {gitDir}: Pick<Repository, 'gitDir'>,
  patterns: readonly string[],
  signal: AbortSignal,
): Promise<Ref[]> => {
  const {exitCode, stdout, output} = await askGit(
    ['for-each-ref', `--format=${format}`, '--', ...patterns],
    {gitDir},
    signal,
  )
  if (exitCode !== 0)
    throw new ImmError('NOT_A_REPOSITORY', `The branches of ${gitDir} cannot be read.`, {
      output,
      next: `See what \`git --git-dir=${gitDir} fsck\` finds.`,
    })
  return stdout.split('\n').flatMap((line) => {
    const [ref, ...values] = line.split('\0')
    return ref ? read(ref, values) : []
  })
}

const read = (ref: string, values: readonly string[]): Ref[] => {
  const known = kindOf(ref)
  const own = values.slice(0, fields.length)
  const [commit, type, committed, author, subject] = own[1] === 'tag' ? values.slice(fields.length) : own
  // Tags of files and trees, and a tag of a tag, name nothing that could be checked out by this list.
  if (known === undefined || type !== 'commit' || !commit) return []
  return [
    {
      ref,
      ...known,
      commit,
      author: author ?? '',
      subject: subject ?? '',
      committedMs: Number(committed) * 1000,
    },
  ]
}

const kindOf = (ref: string): Pick<Ref, 'name' | 'kind'> | undefined => {
  const rest = (prefix: string) => ref.slice(prefix.length)
  if (ref.startsWith('refs/heads/')) return {kind: 'branch', name: rest('refs/heads/')}
  if (ref.startsWith('refs/tags/')) return {kind: 'tag', name: rest('refs/tags/')}
  // `origin/feature/x` is the branch feature/x, which nobody has here yet.
  const remote = /^refs\/remotes\/[^/]+\/(?!HEAD$)(.+)$/.exec(ref)?.[1]
  if (remote !== undefined) return {kind: 'branch', name: remote}
  const pull = /^refs\/(?:pull|merge-requests)\/(\d+)\/head$/.exec(ref)?.[1]
  return pull === undefined ? undefined : {kind: 'pull', name: `pull/${pull}`}
}
