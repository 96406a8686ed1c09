import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'
import {pythonName} from './name.ts'

/** poetry.lock and uv.lock: both write a table for each package, and a key to a line. */
export function* tomlLock(text: string): Generator<Named, void, undefined> {
  let fields: Map<string, string> | undefined
  for (const line of linesOf(text)) {
    if (line.startsWith('[')) {
      yield* namedOf(fields)
      fields = line.startsWith('[[package]]') ? new Map() : undefined
    }
    const [, key, value] = /^(name|version|source) = (?:"([^"]+)"|\{.*)/.exec(line) ?? []
    if (key !== undefined) fields?.set(key, value ?? line)
  }
  yield* namedOf(fields)
}

/** A directory of the project itself is nothing that is fetched. */
const namedOf = (fields: ReadonlyMap<string, string> | undefined): Named[] => {
  const [name, version] = [fields?.get('name'), fields?.get('version')]
  const own = /\{ (?:virtual|editable|directory) =/.test(fields?.get('source') ?? '')
  return name === undefined || version === undefined || own ? [] : [[pythonName(name), version]]
}
