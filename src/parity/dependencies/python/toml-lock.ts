import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'
import {pythonName} from './name.ts'

/** pylock.toml (PEP 751) has it in the plural. */
const heads = new Set(['[[package]]', '[[packages]]'])

/** poetry.lock, uv.lock, pdm.lock and pylock.toml: all write a table for each package, and a key to a line. */
export function* tomlLock(text: string): Generator<Named, void, undefined> {
  let fields: Map<string, string> | undefined
  let table = ''
  for (const line of linesOf(text)) {
    if (line.startsWith('[')) {
      table = line.trimEnd()
      // Tables of a package itself go on with it: where it is from may be one.
      if (!/^\[\[?package\./.test(table)) {
        yield* namedOf(fields)
        fields = heads.has(table) ? new Map() : undefined
      }
    } else if (heads.has(table)) {
      const [, key, value] = /^(name|version|source) = (?:"([^"]+)"|\{.*)/.exec(line) ?? []
      if (key !== undefined) fields?.set(key, value ?? line)
    } else if (table === '[package.source]' && line === 'type = "directory"') fields?.set('source', '{ directory =')
  }
  yield* namedOf(fields)
}

/** A directory of the project itself is nothing that is fetched. */
const namedOf = (fields: ReadonlyMap<string, string> | undefined): Named[] => {
  const [name, version] = [fields?.get('name'), fields?.get('version')]
  const own = /\{ (?:virtual|editable|directory) =/.test(fields?.get('source') ?? '')
  return name === undefined || version === undefined || own ? [] : [[pythonName(name), version]]
}
