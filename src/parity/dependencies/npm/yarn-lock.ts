import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/** yarn.lock of version 1, and of yarn since 2, which is YAML of the same shape: what is asked for in a line of its own, then what it got. */
export function* yarnLock(text: string): Generator<Named, void, undefined> {
  let name: string | undefined
  for (const line of linesOf(text)) {
    // One that is asked for under another name has both: `"a@npm:b@^1.0.0"`.
    if (/^[^\s#]/.test(line)) name = (/@npm:(@?[^@",\s]+)@/.exec(line) ?? /^"?(@?[^@",]+)@/.exec(line))?.[1]
    if (name === undefined) continue
    const version = /^ {2}version:? "?([^"\s]+)"?$/.exec(line)?.[1]
    // A package of the repository itself.
    if (version === '0.0.0-use.local') name = undefined
    else if (version !== undefined) yield [name, version]
  }
}
