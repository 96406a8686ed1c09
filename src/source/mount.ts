import {readFile} from 'node:fs/promises'
import path from 'node:path'

/**
 * File systems whose files others change without this kernel knowing: network mounts, and folders that a virtual machine
 * shares with its host (9p is /mnt/c in WSL).
 */
const silent = new Set(
  `9p afs ceph cifs fakeowner fuse.gcsfuse fuse.glusterfs fuse.grpcfuse fuse.osxfs fuse.rclone fuse.s3fs fuse.sshfs
   fuse.vmhgfs-fuse glusterfs lustre nfs nfs4 ncpfs prl_fs smb2 smb3 smbfs vboxsf virtiofs vmhgfs`.split(/\s+/),
)

/** The silent file system that a directory is on, by its name; undefined where events can be relied on. */
export const silentMount = async (directory: string): Promise<string | undefined> => {
  if (process.platform !== 'linux') return undefined
  try {
    const type = mountType(await readFile('/proc/self/mountinfo', 'utf8'), directory)
    return type !== undefined && silent.has(type) ? type : undefined
  } catch {
    return undefined
  }
}

/** The type of the file system at an absolute path, by the text of /proc/self/mountinfo (proc(5)). */
export const mountType = (mountinfo: string, directory: string): string | undefined => {
  let found: {point: string; type: string | undefined} | undefined
  for (const line of mountinfo.split('\n')) {
    const [mount = '', source = ''] = line.split(' - ')
    const point = mount
      .split(' ')[4]
      ?.replaceAll(/\\([0-7]{3})/g, (_match, code: string) => String.fromCodePoint(Number.parseInt(code, 8)))
    if (point === undefined || !isInside(point, directory)) continue
    // Later lines are mounted over earlier ones.
    if (found === undefined || point.length >= found.point.length) found = {point, type: source.split(' ')[0]}
  }
  return found?.type
}

/** Whether a path is the directory or lies in it; both absolute. */
export const isInside = (directory: string, file: string): boolean => {
  const relative = path.relative(directory, file)
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
}
