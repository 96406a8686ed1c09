import {isProblem} from '../../reduced/problem.ts'
import {textOf, wholeFile} from '../../reduced/reduce.ts'
import {jsonOf, objectOf, textIn} from '../json.ts'
import type {Named, SourceOf} from '../source.ts'

/** Of 50,000 such files nothing else is kept. A package without a version is a directory of somebody's own. */
const packageJson = wholeFile('npm', 1024 * 1024, (content) => {
  const parsed = jsonOf(textOf(content))
  if (isProblem(parsed)) return parsed
  const object = objectOf(parsed.json)
  const version = textIn(object, 'version')
  return version === '' ? undefined : [textIn(object, 'name'), version]
})

const installed = /^.*\/node_modules\/((?:@[^/]+\/)?[^/@.][^/]*)\/package\.json$/

/** What is in a node_modules, nested ones and pnpm's store included. */
export const npmInstalled: SourceOf = (path) => {
  const directory = path.endsWith('/package.json') ? installed.exec(path)?.[1] : undefined
  if (directory === undefined) return undefined
  return {
    ecosystem: 'npm',
    source: 'installed',
    scope: path.slice(0, path.indexOf('/node_modules/')) || '/',
    reduction: packageJson,
    read(value) {
      const [name, version] = value as Named
      return [[name === '' ? directory : name, version]]
    },
  }
}
