import {readFile} from 'node:fs/promises'

import {note, ok, problem, type Finding} from './finding.ts'

const few = 4096
const tooFew = 256

/** The soft limit on open files of a process, by its /proc/PID/limits (proc(5)); undefined where it isn't told. */
export const openFilesLimit = (limits: string): number | undefined => {
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1]
  if (soft === 'unlimited') return Infinity
  return soft === undefined ? undefined : Number(soft)
}

export const readOpenFilesLimit = async (): Promise<number | undefined> => {
  try {
    return openFilesLimit(await readFile('/proc/self/limits', 'utf8'))
  } catch {
    // Only Linux tells without a shell.
    return undefined
  }
}

export const openFilesFindings = (limit: number | undefined): Finding[] => {
  if (limit === undefined) return []
  const remedy =
    'Raise it: for this shell with `ulimit -n 65536`; for good with the line `* - nofile 65536` in /etc/security/limits.conf and a new login.'
  const words = `${limit === Infinity ? 'any number of' : limit.toLocaleString('en')} open files allowed`
  if (limit < tooFew) return [problem('files', `no more than ${words}: imm needs about ${tooFew}`, remedy)]
  // A request through the proxy takes two, the client's connection and the container's.
  if (limit < few)
    return [note('files', `${words}: the proxy serves about ${Math.floor(limit / 2)} connections at once`, remedy)]
  return [ok('files', words)]
}
