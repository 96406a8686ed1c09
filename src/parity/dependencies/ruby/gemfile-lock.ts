import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/**
 * Gemfile.lock: what is indented by four below `specs:`; deeper is what each of them asks for. The platform is left out, and so are the
 * project's own directories (PATH): nothing of them is fetched.
 */
export function* gemfileLock(text: string): Generator<Named, void, undefined> {
  let inside = false
  let section = ''
  for (const line of linesOf(text)) {
    if (/^\S/.test(line)) [section, inside] = [line, false]
    else if (line === '  specs:') inside = section !== 'PATH'
    const [, name, version] = (inside && /^ {4}([^\s()]+) \(([^\s()-]+)[^()]*\)$/.exec(line)) || []
    if (name !== undefined && version !== undefined) yield [name, version]
  }
}
