import {devNull} from 'node:os'

import {runProgram} from './run-program.ts'
import type {Command, Outcome} from './run-program.ts'
import type {Store, StoreReport} from './store.ts'

/** A certificate database of NSS, which Firefox has, and Chrome on Linux; it is changed with NSS's certutil. */
export const nssStore = (directory: string): Store => {
  const report = {store: 'browser', place: directory} as const
  // Without a file for its password certutil would ask for one.
  const certutil = (action: string, ...args: readonly string[]): Command => [
    'certutil',
    action,
    '-d',
    `sql:${directory}`,
    '-f',
    devNull,
    ...args,
  ]
  const inTheWay = (outcome: Exclude<Outcome, {ok: true}>): StoreReport =>
    outcome.missing
      ? {...report, status: 'no-tool', message: noCertutil}
      : {...report, status: 'failed', message: outcome.reason}
  const read = async (name: string, signal: AbortSignal): Promise<Outcome> =>
    runProgram(certutil('-L', '-n', name, '-a'), signal)
  return {
    async install({name, pem, file}, signal) {
      const before = await read(name, signal)
      if (before.ok && isSame(before.stdout, pem)) return {...report, status: 'present'}
      if (!before.ok && before.missing) return inTheWay(before)
      if (before.ok) {
        const deleted = await runProgram(certutil('-D', '-n', name), signal)
        if (!deleted.ok) return inTheWay(deleted)
      }
      const added = await runProgram(certutil('-A', '-t', 'C,,', '-n', name, '-i', file), signal)
      return added.ok ? {...report, status: 'installed'} : inTheWay(added)
    },
    async remove({name}, signal) {
      const before = await read(name, signal)
      if (!before.ok) return before.missing ? inTheWay(before) : {...report, status: 'absent'}
      const deleted = await runProgram(certutil('-D', '-n', name), signal)
      return deleted.ok ? {...report, status: 'removed'} : inTheWay(deleted)
    },
  }
}

const noCertutil =
  'certutil is not installed: it is in libnss3-tools (Debian, Ubuntu), nss-tools (Fedora, Alpine), nss (Arch, Homebrew) or mozilla-nss-tools (openSUSE)'

/** What certutil prints has other line ends. */
const isSame = (printed: string, pem: string): boolean => printed.replaceAll(/\s/g, '') === pem.replaceAll(/\s/g, '')
