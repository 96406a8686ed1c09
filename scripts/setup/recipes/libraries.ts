import {execFileSync} from 'node:child_process'

import type {Entry} from '../rootfs.ts'

/** The shared libraries and the loader that programs need to start, at the paths where they are looked for (ldd(1)). */
export const librariesOf = (programs: readonly string[]): Entry[] => {
  const output = execFileSync('ldd', [...programs], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})
  return [...new Set(libraryPaths(output))].map((file) => ({kind: 'copy', path: file, from: file}))
}

/** From lines such as `libc.so.6 => /lib/libc.so.6 (0x7f…)` and `/lib64/ld-linux-x86-64.so.2 (0x7f…)`. */
export const libraryPaths = (lddOutput: string): string[] =>
  lddOutput.split('\n').flatMap((line) => /(?:^|=>)\s*(\/\S+) \(0x[0-9a-f]+\)$/.exec(line)?.[1] ?? [])
