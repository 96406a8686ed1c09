import {isProblem, type Problem} from '../../reduced/problem.ts'
import {jsonOf, objectOf, textIn} from '../json.ts'
import type {Named} from '../source.ts'

/** package-lock.json and npm-shrinkwrap.json: of version 2 and 3 by where packages are installed, of version 1 nested in each other. */
export const packageLock = (text: string): Iterable<Named> | Problem => {
  const parsed = jsonOf(text)
  if (isProblem(parsed)) return parsed
  const {packages, dependencies} = objectOf(parsed.json)
  return packages === undefined ? nested(dependencies) : placed(packages)
}

function* placed(packages: unknown): Generator<Named, void, undefined> {
  for (const [place, value] of Object.entries(objectOf(packages))) {
    const at = place.lastIndexOf('node_modules/')
    const entry = objectOf(value)
    const version = textIn(entry, 'version')
    // Without a version: a link to a package of the same repository.
    if (at !== -1 && version !== '') yield [textIn(entry, 'name') || place.slice(at + 'node_modules/'.length), version]
  }
}

function* nested(dependencies: unknown): Generator<Named, void, undefined> {
  const stack = [dependencies]
  for (let next = stack.pop(); next !== undefined; next = stack.pop())
    for (const [name, value] of Object.entries(objectOf(next))) {
      const entry = objectOf(value)
      const version = textIn(entry, 'version')
      const [, real, its] = /^npm:(.+)@([^@]+)$/.exec(version) ?? []
      if (real !== undefined && its !== undefined) yield [real, its]
      // A directory of the same repository has no checksum.
      else if (version !== '' && !(version.startsWith('file:') && textIn(entry, 'integrity') === ''))
        yield [name, version]
      if (entry['dependencies'] !== undefined) stack.push(entry['dependencies'])
    }
}
