import {constants} from 'node:fs'
import {access, stat} from 'node:fs/promises'
import path from 'node:path'

import {ok, note, problem, type Finding} from './finding.ts'

export interface DirectoryFacts {
  /** `state`, `sockets`: for people */
  purpose: string
  /** absolute */
  path: string
  /** the path itself, or what would have to be made it in: its closest parent that exists */
  closest: string
  isDirectory: boolean
  writable: boolean
  /** permission bits; undefined where the system has none (Windows) */
  mode: number | undefined
  /** undefined where the system has none */
  owner: number | undefined
}

export const lookAtDirectory = async (purpose: string, directory: string): Promise<DirectoryFacts> => {
  const closest = await closestThere(directory)
  const stats = await stat(closest)
  const unix = process.platform !== 'win32'
  return {
    purpose,
    path: directory,
    closest,
    isDirectory: stats.isDirectory(),
    writable: await access(closest, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ),
    mode: unix ? stats.mode & 0o777 : undefined,
    owner: unix ? stats.uid : undefined,
  }
}

const closestThere = async (place: string): Promise<string> => {
  const there = await stat(place).then(
    () => true,
    // A parent that is a file, or closed, is what has to be told about.
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR' && error.code !== 'EACCES',
  )
  const parent = path.dirname(place)
  return there || parent === place ? place : closestThere(parent)
}

/** `uid`: of this process; undefined where the system has none. */
export const permissionFindings = (facts: DirectoryFacts, uid: number | undefined): Finding[] => {
  const {purpose, path: directory, closest, isDirectory, writable, mode, owner} = facts
  const exists = closest === directory
  if (!isDirectory)
    return [
      problem(
        'permissions',
        `${closest} is a file, where imm keeps its ${purpose} in ${exists ? 'a directory of that name' : directory}`,
        'Move that file away, or set IMM_HOME to another directory.',
      ),
    ]
  if (!writable) {
    const foreign = owner !== undefined && uid !== undefined && owner !== uid
    const remedy = foreign && exists ? `sudo chown -R "$(id -un)" ${quoted(closest)}` : `chmod u+rwx ${quoted(closest)}`
    return [
      problem(
        'permissions',
        `this user may not write in ${closest}${exists ? '' : `, and ${directory} would be made there`} (imm's ${purpose})`,
        foreign && !exists
          ? 'Set IMM_HOME to a directory of your own.'
          : `Make it yours, or set IMM_HOME to another directory:\n  ${remedy}`,
      ),
    ]
  }
  if (!exists) return [ok('permissions', `${purpose}: ${directory} will be made, for you alone`)]
  if (owner !== undefined && uid !== undefined && owner !== uid)
    return [
      note(
        'permissions',
        `${directory} (imm's ${purpose}) belongs to another user (${owner}), who can change what is in it`,
        `Make it yours:\n  sudo chown -R "$(id -un)" ${quoted(directory)}`,
      ),
    ]
  if (mode !== undefined && (mode & 0o077) !== 0)
    return [
      note(
        'permissions',
        `${directory} (imm's ${purpose}) is open to other users: mode ${mode.toString(8).padStart(4, '0')}`,
        `Close it:\n  chmod 700 ${quoted(directory)}`,
      ),
    ]
  return [ok('permissions', `${purpose}: ${directory} is writable, by you alone`)]
}

/** For a shell. */
const quoted = (text: string): string => (/^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)
