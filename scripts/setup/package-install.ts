import {mkdirSync} from 'node:fs'
import path from 'node:path'

import {execa} from 'execa'

import {setupDirectory, type SetupContext} from './context.ts'
import {SetupError} from './setup-error.ts'

const installTimeoutMs = 10 * 60_000

/** Installs from the distribution, asking nothing. Debian and Ubuntu, as root. */
export const installPackages = async (names: readonly string[], {signal, say}: SetupContext): Promise<void> => {
  const log = path.join(setupDirectory(), 'apt.log')
  mkdirSync(path.dirname(log), {recursive: true})
  say(`installing ${names.join(', ')} with apt-get (log: ${log})`)
  const options = {
    env: {DEBIAN_FRONTEND: 'noninteractive'},
    stdin: 'ignore',
    stdout: ['pipe', {file: log, append: true}],
    stderr: ['pipe', {file: log, append: true}],
    all: true,
    cancelSignal: signal,
    timeout: installTimeoutMs,
    reject: false,
  } as const
  // Another apt-get may be at work: a fresh machine often updates itself.
  const wait = ['-o', 'DPkg::Lock::Timeout=120']
  // An update that fails in part (a mirror of somebody else's) need not stop the install, which says itself what it lacks.
  await execa('apt-get', [...wait, 'update'], options)
  signal.throwIfAborted()
  const installed = await execa('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...names], options)
  signal.throwIfAborted()
  if (installed.failed)
    throw new SetupError([`apt-get could not install ${names.join(', ')}:`, ...installed.all.split('\n').slice(-12)])
}
