import {lstatSync, readdirSync, readlinkSync} from 'node:fs'
import path from 'node:path'

import type {Entry} from '../rootfs.ts'

/** A directory with all below it, as entries below `to`. `skip` gets paths relative to `from`. */
export const tree = (from: string, to: string, skip: (relative: string) => boolean = () => false): Entry[] => {
  const walk = (relative: string): Entry[] =>
    readdirSync(path.join(from, relative))
      .toSorted()
      .flatMap((name): Entry[] => {
        const here = path.join(relative, name)
        if (skip(here)) return []
        const source = path.join(from, here)
        const target = path.posix.join(to, here)
        const stat = lstatSync(source)
        if (stat.isDirectory()) return walk(here)
        if (stat.isSymbolicLink()) return [{kind: 'link', path: target, target: readlinkSync(source)}]
        return stat.isFile() ? [{kind: 'copy', path: target, from: source}] : []
      })
  return walk('')
}
