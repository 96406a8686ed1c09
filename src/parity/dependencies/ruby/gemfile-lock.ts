import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/** Gemfile.lock: what is indented by four below `specs:`; deeper is what each of them asks for. The platform is left out. */
export function* gemfileLock(text: string): Generator<Named, void, undefined> {
  let inside = false
  for (const line of linesOf(text)) {
    if (/^\S/.test(line)) inside = false
    else if (line === '  specs:') inside = true
    const [, name, version] = (inside && /^ {4}([^\s()]+) \(([^\s()-]+)[^()]*\)$/.exec(line)) || []
    if (name !== undefined && version !== undefined) yield [name, version]
  }
}
