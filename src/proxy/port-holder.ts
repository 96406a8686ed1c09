import {readdir, readFile, readlink} from 'node:fs/promises'
import path from 'node:path'

/** Who listens on a loopback port, `nginx (pid 812)`, for a message. Linux only, and only the user's own processes can be seen. */
export const portHolder = async (port: number): Promise<string | undefined> => {
  try {
    const inodes = new Set([
      ...(await listeningInodes('/proc/net/tcp', port)),
      ...(await listeningInodes('/proc/net/tcp6', port)),
    ])
    if (inodes.size === 0) return undefined
    for (const pid of await readdir('/proc')) {
      if (!/^\d+$/.test(pid) || !(await holdsOne(pid, inodes))) continue
      // Not `comm`, which is the name of a thread: `MainThread` for every Node.
      const program = path.basename(await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '')
      return `${program} (pid ${pid})`
    }
  } catch {
    // No /proc: the message does without.
  }
  return undefined
}

/** proc(5): `sl local_address rem_address st ...`, the inode in the tenth column; state 0A listens. */
const listeningInodes = async (table: string, port: number): Promise<string[]> => {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1)
  return lines.flatMap((line) => {
    const columns = line.trim().split(/\s+/)
    return columns[1]?.endsWith(suffix) && columns[3] === '0A' && columns[9] !== undefined ? [columns[9]] : []
  })
}

const holdsOne = async (pid: string, inodes: ReadonlySet<string>): Promise<boolean> => {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
  for (const descriptor of descriptors) {
    const link = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
    if (link.startsWith('socket:[') && inodes.has(link.slice(8, -1))) return true
  }
  return false
}
