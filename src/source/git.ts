import {readFile} from 'node:fs/promises'
import path from 'node:path'

/** The commit that is checked out in a directory; undefined outside of git, before the first commit, or without git. */
export const revisionOf = async (directory: string, signal: AbortSignal): Promise<string | undefined> => {
  const near = await nearRevision(directory)
  signal.throwIfAborted()
  return near ? near.revision : askGit(directory, signal)
}

/**
 * Every release carries its commit, and starting git for it would take longer than finding out what changed. So the common case is read: a
 * plain repository whose branch has a file of its own (gitrepository-layout). Worktrees, packed refs and reftables are git's to read: undefined.
 */
const nearRevision = async (directory: string): Promise<{revision: string | undefined} | undefined> => {
  for (const place of placesFrom(directory)) {
    const head = await read(path.join(place, '.git', 'HEAD'))
    if (head === 'missing') continue
    if (head === undefined) return undefined
    const reference = /^ref: (refs\/[^\n]+)\n?$/.exec(head)?.[1]
    const text = reference === undefined ? head : await read(path.join(place, '.git', ...reference.split('/')))
    return text !== undefined && isObjectName(text.trim()) ? {revision: text.trim()} : undefined
  }
  return {revision: undefined}
}

const placesFrom = (directory: string): string[] => {
  const above = path.dirname(directory)
  return above === directory ? [directory] : [directory, ...placesFrom(above)]
}

/** `missing`: nothing of that name; undefined: something that isn't a file there. */
const read = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : undefined
  }
}

/** SHA-1 or SHA-256. */
const isObjectName = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)

const askGit = async (directory: string, signal: AbortSignal): Promise<string | undefined> => {
  const {execa} = await import('execa')
  const {exitCode, stdout} = await execa('git', ['rev-parse', '--verify', 'HEAD'], {
    cwd: directory,
    reject: false,
    cancelSignal: signal,
    env: {GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C'},
  })
  signal.throwIfAborted()
  return exitCode === 0 ? stdout.trim() : undefined
}
