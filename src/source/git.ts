import {execa} from 'execa'

/** The commit that is checked out in a directory; undefined outside of git, before the first commit, or without git. */
export const revisionOf = async (directory: string, signal: AbortSignal): Promise<string | undefined> => {
  const {exitCode, stdout} = await execa('git', ['rev-parse', '--verify', 'HEAD'], {
    cwd: directory,
    reject: false,
    cancelSignal: signal,
    env: {GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C'},
  })
  signal.throwIfAborted()
  return exitCode === 0 ? stdout.trim() : undefined
}
