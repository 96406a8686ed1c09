import {access, readFile} from 'node:fs/promises'
import path from 'node:path'

import {runAll} from './run-program.ts'
import type {Command} from './run-program.ts'
import type {Store, StoreReport} from './store.ts'

/** Where a distribution wants authorities, and what takes them up from there. */
export interface SystemPlace {
  directory: string
  extension: string
  refresh: Command
  /** after one was taken away */
  refreshLess: Command
}

/** Runs what has to be root's: itself, with sudo, or not at all. */
export type Privilege = 'root' | 'sudo' | 'none'

const places: readonly SystemPlace[] = [
  // Fedora, RHEL
  {
    directory: '/etc/pki/ca-trust/source/anchors',
    extension: 'pem',
    refresh: ['update-ca-trust', 'extract'],
    refreshLess: ['update-ca-trust', 'extract'],
  },
  // Debian, Ubuntu, Alpine
  {
    directory: '/usr/local/share/ca-certificates',
    extension: 'crt',
    refresh: ['update-ca-certificates'],
    refreshLess: ['update-ca-certificates', '--fresh'],
  },
  // Arch
  {
    directory: '/etc/ca-certificates/trust-source/anchors',
    extension: 'crt',
    refresh: ['trust', 'extract-compat'],
    refreshLess: ['trust', 'extract-compat'],
  },
  // openSUSE
  {
    directory: '/usr/share/pki/trust/anchors',
    extension: 'pem',
    refresh: ['update-ca-certificates'],
    refreshLess: ['update-ca-certificates'],
  },
]

/** The one that is there; `root`: the directory below which it is looked for. */
export const findSystemPlace = async (root = '/'): Promise<SystemPlace | undefined> => {
  for (const place of places) {
    const directory = path.join(root, place.directory)
    if (await isThere(directory)) return {...place, directory}
  }
  return undefined
}

export const linuxSystemStore = (place: SystemPlace, privilege: Privilege): Store => {
  const fileOf = (name: string): string => path.join(place.directory, `${name}.${place.extension}`)
  const privileged = (command: Command): Command => (privilege === 'root' ? command : ['sudo', ...command])
  const change = async (
    file: string,
    status: 'installed' | 'removed',
    plain: readonly Command[],
    signal: AbortSignal,
  ): Promise<StoreReport> => {
    const report = {store: 'system', place: file} as const
    const commands = plain.map(privileged)
    if (privilege === 'none') return {...report, status: 'needs-root', commands}
    const outcome = await runAll(commands, signal)
    if (outcome.ok) return {...report, status}
    // Else the next time would take it for done.
    if (status === 'installed') await runAll([privileged(['rm', '-f', file])], signal)
    return {...report, status: 'failed', message: outcome.reason, commands}
  }
  return {
    async install({name, pem, file}, signal) {
      const own = fileOf(name)
      if ((await textOf(own)) === pem) return {store: 'system', place: own, status: 'present'}
      return change(own, 'installed', [['install', '-m', '0644', file, own], place.refresh], signal)
    },
    async remove({name}, signal) {
      const own = fileOf(name)
      if (!(await isThere(own))) return {store: 'system', place: own, status: 'absent'}
      return change(own, 'removed', [['rm', '-f', own], place.refreshLess], signal)
    },
  }
}

const isThere = async (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )

const textOf = async (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined)
