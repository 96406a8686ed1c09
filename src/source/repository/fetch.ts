import {rm, stat} from 'node:fs/promises'

import {ImmError} from '../../errors.ts'
import {askGit} from './git.ts'
import type {Answer} from './git.ts'

const wanted = ['heads/*', 'tags/*', 'pull/*/head', 'merge-requests/*/head'].map((refs) => `+refs/${refs}:refs/${refs}`)

// A remote that says nothing must not hold up those that do; and nothing goes on after git has ended.
const settings = [
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=30',
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
].flatMap((setting) => ['-c', setting])

/** A lock is held for as long as writing one file takes. */
const staleMs = 10_000

/** Fetches all that a preview can be of into a bare repository, and what its HEAD is. Throws REMOTE_UNREACHABLE. */
export const fetchAll = async (
  gitDir: string,
  given: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> => {
  const env = {...(await sshThatNeverAsks(gitDir, signal)), ...given}
  const ask = async (...args: string[]) => askGit([...settings, ...args], {gitDir, env}, signal)
  const fetch = async () =>
    ask('fetch', '--quiet', '--prune', '--no-write-fetch-head', '--no-recurse-submodules', 'origin', ...wanted)
  let answer = await fetch()
  if (answer.exitCode !== 0 && (await removeStaleLocks(gitDir, answer))) answer = await fetch()
  if (answer.exitCode !== 0) throw unreachable(answer)
  const head = await askGit(['rev-parse', '--verify', '--quiet', 'HEAD'], {gitDir}, signal)
  if (head.exitCode === 0) return
  // The first time, or the remote's main branch has another name now.
  const told = await ask('ls-remote', '--symref', 'origin', 'HEAD')
  const branch = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(told.stdout)?.[1]
  if (branch !== undefined) await askGit(['symbolic-ref', 'HEAD', branch], {gitDir}, signal)
}

/** Asked for a password or a new host's key, ssh would wait at the terminal for somebody who isn't there. */
const sshThatNeverAsks = async (gitDir: string, signal: AbortSignal): Promise<Record<string, string>> => {
  if (process.env['GIT_SSH_COMMAND'] || process.env['GIT_SSH']) return {}
  const {exitCode} = await askGit(['config', '--get', 'core.sshCommand'], {gitDir}, signal)
  return exitCode === 0 ? {} : {GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15'}
}

/** What a git that was killed left behind stops every one after it. */
const removeStaleLocks = async (gitDir: string, {output}: Answer): Promise<boolean> => {
  const named = output.flatMap((line) => /Unable to create '(.+\.lock)': File exists/.exec(line)?.[1] ?? [])
  const removed = await Promise.all(
    named.map(async (lock) => {
      const found = lock.startsWith(gitDir) ? await stat(lock).catch(() => undefined) : undefined
      if (found === undefined || Date.now() - found.mtimeMs < staleMs) return false
      await rm(lock, {force: true})
      return true
    }),
  )
  return removed.includes(true)
}

const unreachable = ({output}: Answer): ImmError =>
  new ImmError('REMOTE_UNREACHABLE', `The remote repository cannot be fetched: ${said(output)}`, {output})

const said = (output: readonly string[]): string =>
  (output.find((line) => /^(?:fatal|error): /.test(line)) ?? 'git says nothing of why').replace(/^\w+: /, '')
