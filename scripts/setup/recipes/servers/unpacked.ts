import type {Entry} from '../../rootfs.ts'
import {tree} from '../tree.ts'

const places = ['/usr/lib/', '/usr/bin/', '/usr/sbin/', '/usr/share/postgresql/', '/usr/share/zoneinfo/', '/etc/nginx/']

/** What a server needs of unpacked packages, all of it below /usr as newer Debians have it. */
export const unpackedEntries = (root: string, skip: readonly string[]): Entry[] =>
  tree(root, '/')
    .map((entry) => ({...entry, path: entry.path.replace(/^\/(lib\w*)\//, '/usr/$1/')}))
    .filter(({path}) => path.startsWith('/usr/lib64/') || places.some((place) => path.startsWith(place)))
    .filter(({path}) => !skip.some((prefix) => path.startsWith(prefix)))
