import fs from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import path from 'node:path'

const counted = ['openSync', 'lstatSync', 'readdirSync', 'watch'] as const

type Counted = (typeof counted)[number]

const calls: {name: Counted; file: string}[] = []

for (const name of counted) {
  const original = fs[name] as (...args: unknown[]) => unknown
  Reflect.set(fs, name, (...args: unknown[]) => {
    calls.push({name, file: path.resolve(String(args[0]))})
    return original(...args)
  })
}
syncBuiltinESMExports()

/** Counts what src asks of the file system below a directory, in this process. Import it before src. */
export const callsIn = (directory: string) => {
  let from = calls.length
  return {
    /** From here on. */
    reset: (): void => {
      from = calls.length
    },
    /** Relative paths that a function was called with, each once, in order. */
    of: (name: Counted): string[] => [
      ...new Set(
        calls
          .slice(from)
          .filter(
            (call) => call.name === name && (call.file === directory || call.file.startsWith(directory + path.sep)),
          )
          .map((call) => path.relative(directory, call.file))
          .toSorted(),
      ),
    ],
  }
}
