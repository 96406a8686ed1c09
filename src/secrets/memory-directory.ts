import {createHash} from 'node:crypto'
import {lstat, mkdir, statfs} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../errors.ts'
import type {StatePaths} from '../state/paths.ts'

export interface MemoryDirectory {
  /** absolute, of this state directory alone */
  path: string
  /** what is there is never on a disk, but for swap */
  inMemory: boolean
}

// statfs(2): TMPFS_MAGIC.
const tmpfs = 0x01021994

/**
 * Where secrets may lie, the best first: directories of this host's memory that only their owner may enter. On a host without one (macOS) that is
 * the directory of the sockets. `local`: the engine shares this host's kernel, so that it sees its memory.
 */
export const memoryDirectories = async (
  {home, runtime}: StatePaths,
  local: boolean,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly [MemoryDirectory, ...MemoryDirectory[]]> => {
  // Two state directories share nothing.
  const own = createHash('sha256').update(home).digest('hex').slice(0, 16)
  const uid = process.getuid?.() ?? 0
  const session = env['XDG_RUNTIME_DIR']
  const wanted = [...(session ? [path.join(session, 'imm-files')] : []), `/dev/shm/imm-${uid}`]
  const found: MemoryDirectory[] = []
  for (const place of local ? wanted : [])
    if (await isTmpfs(path.dirname(place))) found.push({path: path.join(place, own), inMemory: true})
  const [best, ...others] = found
  return best ? [best, ...others] : [{path: path.join(runtime, 'files', own), inMemory: false}]
}

const isTmpfs = async (directory: string): Promise<boolean> => {
  try {
    return (await statfs(directory)).type === tmpfs
  } catch {
    return false
  }
}

/** Those that are there and that nobody else may enter: what is anywhere else is not imm's to read or to remove. */
export const privateDirectories = async (directories: readonly MemoryDirectory[]): Promise<MemoryDirectory[]> => {
  const found: MemoryDirectory[] = []
  for (const one of directories) if (await isPrivate(path.dirname(one.path))) found.push(one)
  return found
}

/** Makes a directory that nobody else may enter, below one of `memoryDirectories`. */
export const makePrivate = async (top: string, directory: string): Promise<void> => {
  const above = path.dirname(top)
  await mkdir(above, {recursive: true, mode: 0o700})
  if (!(await isPrivate(above)))
    throw new ImmError('STATE_UNWRITABLE', `${above} is not a directory that only you may enter`, {
      next: `Remove ${above}, or have whoever owns it remove it: secrets are put there.`,
    })
  await mkdir(directory, {recursive: true, mode: 0o700})
}

/** Anybody may make a directory of that name in /dev/shm first, and would own what is put there. */
const isPrivate = async (directory: string): Promise<boolean> => {
  const stat = await lstat(directory).catch(() => undefined)
  const isOwn = stat?.isDirectory() === true && stat.uid === (process.getuid?.() ?? stat.uid)
  return isOwn && (process.platform === 'win32' || (stat.mode & 0o077) === 0)
}
