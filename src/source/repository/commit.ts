import {askGit} from './git.ts'
import type {Ref} from './ref.ts'

const shortLength = 12

const format = ['%H', '%ct', '%an', '%s'].join('%x00')

/** The commit that git finds for a text; undefined where there is none. */
export const commitOf = async (gitDir: string, text: string, signal: AbortSignal): Promise<Ref | undefined> => {
  if (text === '' || text.includes('\0')) return undefined
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${text}^{commit}`]
  const {exitCode, stdout} = await askGit(asked, {gitDir}, signal)
  if (exitCode !== 0) return undefined
  const name = stdout.trim()
  const shown = await askGit(['log', '-1', '--no-show-signature', `--format=${format}`, name], {gitDir}, signal)
  const [commit, committed, author, subject] = shown.stdout.replace(/\n$/, '').split('\0')
  if (shown.exitCode !== 0 || !commit) return undefined
  return {
    ref: commit,
    name: commit.slice(0, shortLength),
    kind: 'commit',
    commit,
    author: author ?? '',
    subject: subject ?? '',
    committedMs: Number(committed) * 1000,
  }
}
