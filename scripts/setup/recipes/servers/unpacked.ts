import {basename} from 'node:path'

import type {Entry} from '../../rootfs.ts'
import {tree} from '../tree.ts'
import type {ServerRecipe} from './recipe.ts'

const places = [
  '/usr/lib/',
  '/usr/lib64/',
  '/usr/bin/',
  '/usr/sbin/',
  '/usr/share/postgresql/',
  '/usr/share/zoneinfo/',
  '/etc/nginx/',
]

/** What a server needs of unpacked packages, all of it below /usr as newer Debians have it, and its programs in the PATH. */
export const unpackedEntries = (root: string, {skip, programs}: Pick<ServerRecipe, 'skip' | 'programs'>): Entry[] => {
  const entries = tree(root, '/')
    .map((entry) => ({...entry, path: entry.path.replace(/^\/(lib\w*)\//, '/usr/$1/')}))
    .filter(({path}) => places.some((place) => path.startsWith(place)))
    .filter(({path}) => !skip.some((prefix) => path.startsWith(prefix)))
  const links = entries
    .filter(({path}) => programs?.test(path))
    .map(({path}): Entry => ({kind: 'link', path: `/usr/local/bin/${basename(path)}`, target: path}))
  return [...entries, ...links]
}
