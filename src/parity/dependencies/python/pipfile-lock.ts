import {isProblem, type Problem} from '../../reduced/problem.ts'
import {jsonOf, objectOf, textIn} from '../json.ts'
import type {Named} from '../source.ts'
import {pythonName} from './name.ts'

/** Pipfile.lock: groups of packages, of which `_meta` is none. */
export const pipfileLock = (text: string): Iterable<Named> | Problem => {
  const parsed = jsonOf(text)
  if (isProblem(parsed)) return parsed
  return pinned(Object.entries(objectOf(parsed.json)))
}

function* pinned(groups: readonly (readonly [string, unknown])[]): Generator<Named, void, undefined> {
  for (const [group, packages] of groups)
    for (const [name, entry] of group === '_meta' ? [] : Object.entries(objectOf(packages))) {
      const version = textIn(objectOf(entry), 'version')
      if (version.startsWith('==')) yield [pythonName(name), version.slice(2)]
    }
}
