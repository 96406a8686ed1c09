import {askGit} from './git.ts'

/** Where a directory is in the working tree that it is part of, with slashes; empty at its root, and where there is no working tree. */
export const prefixOf = async (directory: string, signal: AbortSignal): Promise<string> => {
  const {exitCode, stdout} = await askGit(['-C', directory, 'rev-parse', '--show-prefix'], {}, signal)
  return exitCode === 0 ? stdout.replace(/\n$/, '').replace(/\/$/, '') : ''
}
