import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import {askGit} from './git.ts'

/** What of a commit's tree decides how it is checked out. */
export interface TreeContents {
  /** commits of submodules by their path */
  submodules: ReadonlyMap<string, string>
  /** digest of what decides how a file's content is written: attributes and settings of line endings and filters */
  filters: string
  hasAttributes: boolean
}

const isLink = '160000'

export const contentsOf = async (gitDir: string, commit: string, signal: AbortSignal): Promise<TreeContents> => {
  const {exitCode, stdout, output} = await askGit(['ls-tree', '-r', '-z', '--end-of-options', commit], {gitDir}, signal)
  if (exitCode !== 0)
    throw new ImmError('CHECKOUT_FAILED', `${gitDir} does not have the commit ${commit}, or not all of it.`, {
      output,
      next: 'Fetch it with `git fetch`, then run it again.',
    })
  const submodules = new Map<string, string>()
  const attributes: string[] = []
  for (const entry of stdout.split('\0')) {
    const [mode, , rest = ''] = entry.split(' ')
    if (mode !== isLink && !entry.endsWith('.gitattributes')) continue
    const name = rest.slice(rest.indexOf('\t') + 1)
    if (mode === isLink) submodules.set(entry.slice(entry.indexOf('\t') + 1), rest.slice(0, rest.indexOf('\t')))
    else if (path.posix.basename(name) === '.gitattributes') attributes.push(entry)
  }
  const own = await readFile(path.join(gitDir, 'info', 'attributes'), 'utf8').catch(() => '')
  const decides = [await settingsOf(gitDir, signal), own, ...attributes].join('\0')
  return {
    submodules,
    filters: createHash('sha256').update(decides).digest('hex'),
    hasAttributes: attributes.length > 0 || own !== '',
  }
}

const settingsOf = async (gitDir: string, signal: AbortSignal): Promise<string> => {
  const decisive = '^(core\\.(autocrlf|eol|symlinks|attributesfile|checkroundtripencoding)$|filter\\.)'
  const {stdout} = await askGit(['config', '--get-regexp', decisive], {gitDir}, signal)
  return stdout
}
