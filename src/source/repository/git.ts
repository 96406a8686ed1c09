import type {ChildProcess as Subprocess} from 'node:child_process'

import {ImmError} from '../../errors.ts'
import {isSystemError} from '../../socket/system-error.ts'
import {withoutCredentials} from './url.ts'

export interface Answer {
  exitCode: number
  stdout: string
  /** last lines of what it says, without credentials */
  output: readonly string[]
}

export interface Asked {
  gitDir?: string
  env?: Readonly<Record<string, string>>
  /** told the process, for what must know it after imm was killed */
  started?: (pid: number) => Promise<void>
}

// A hook or an alias that starts imm sets these for its own repository (`git rev-parse --local-env-vars`), and they would win over ours.
const ofOthers = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_GRAFT_FILE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_REPLACE_REF_BASE',
  'GIT_SHALLOW_FILE',
  'GIT_WORK_TREE',
]

// What a repository's own settings must not change here: nothing of it is run, and nothing is left out.
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.splitIndex=false',
  'core.sparseCheckout=false',
  'core.quotePath=false',
  'submodule.recurse=false',
  'advice.detachedHead=false',
].flatMap((setting) => ['-c', setting])

const environment = {
  ...Object.fromEntries(ofOthers.map((name) => [name, undefined])),
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // A commit is what its name says, as it is in every clone.
  GIT_NO_REPLACE_OBJECTS: '1',
  LC_ALL: 'C',
}

const mostLines = 10

/** Asks git; whatever it answers is an answer. Throws GIT_MISSING where there is none. */
export const askGit = async (args: readonly string[], asked: Asked, signal: AbortSignal): Promise<Answer> => {
  signal.throwIfAborted()
  const {execa} = await import('execa')
  const place = asked.gitDir === undefined ? [] : [`--git-dir=${asked.gitDir}`]
  const running = execa('git', [...settings, ...place, ...args], {
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    cancelSignal: signal,
    env: {...environment, ...asked.env},
  })
  using _ = endsWithGit(running.nodeChildProcess, signal)
  const [{exitCode, stdout, stderr, cause}] = await Promise.all([running, running.pid && asked.started?.(running.pid)])
  signal.throwIfAborted()
  if (exitCode === undefined && isSystemError(cause, 'ENOENT'))
    throw new ImmError('GIT_MISSING', 'There is no program `git` in PATH.', {cause})
  return {exitCode: exitCode ?? -1, stdout, output: lastLines(stderr)}
}

/**
 * What git started (a filter, ssh) may outlive it and holds its output open. Whoever gave up waits for git alone: it is the one that writes.
 */
const endsWithGit = (running: Subprocess, signal: AbortSignal): Disposable => {
  const close = () => {
    if (!signal.aborted || (running.exitCode === null && running.signalCode === null)) return
    running.stdout?.destroy()
    running.stderr?.destroy()
  }
  running.once('exit', close)
  signal.addEventListener('abort', close, {once: true})
  return {[Symbol.dispose]: () => signal.removeEventListener('abort', close)}
}

const lastLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => withoutCredentials(line.trimEnd()))
    .filter((line) => line !== '')
    .slice(-mostLines)
