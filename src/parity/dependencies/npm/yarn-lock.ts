import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/** yarn.lock of version 1, and of yarn since 2, which is YAML of the same shape: what is asked for in a line of its own, then what it got. */
export function* yarnLock(text: string): Generator<Named, void, undefined> {
  let name: string | undefined
  for (const line of linesOf(text)) {
    if (/^[^\s#]/.test(line)) name = isDirectory(line) ? undefined : nameIn(line)
    if (name === undefined) continue
    const version = /^ {2}version:? "?([^"\s]+)"?$/.exec(line)?.[1]
    // A package of the repository itself.
    if (version === '0.0.0-use.local') name = undefined
    else if (version !== undefined) yield [name, version]
  }
}

/** One that is asked for under another name has both: `"a@npm:b@^1.0.0"`. */
const nameIn = (line: string): string | undefined =>
  (/@npm:(@?[^@",\s]+)@/.exec(line) ?? /^"?(@?[^@",]+)@/.exec(line))?.[1]

/** Of the project itself, and nothing that is fetched; an archive there is packed already: `a@file:./a.tgz`. */
const isDirectory = (line: string): boolean => {
  const path = /^"?@?[^@",]+@file:([^":#,]+)/.exec(line)?.[1]
  return path !== undefined && !/\.(?:tgz|tar\.gz)$/.test(path)
}
