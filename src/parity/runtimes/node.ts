import path from 'node:path'

import {isProblem} from '../reduced/problem.ts'
import {textOf, wholeFile} from '../reduced/reduce.ts'
import type {Language} from './found.ts'
import {versionSearch} from './version-search.ts'
import {versionIn} from './version.ts'

// The names of its own archives, which it knows to fetch headers; builds of others have but the name that it gives itself.
const program = versionSearch('node', {
  'node-v': /node-v(?<version>\d+\.\d+\.\d+(?:-(?!headers)[0-9A-Za-z.]+?)?)(?:-headers)?\.tar\.gz/,
  'node.js/v': /node\.js\/v(?<version>\d+\.\d+\.\d+)/,
})

const header = wholeFile('node-header', 64 * 1024, (content) => {
  const text = textOf(content)
  const [major, minor, patch] = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`^#define NODE_${part}_VERSION (\\d{1,6})\\s*$`, 'm').exec(text)?.[1],
  )
  return major === undefined || minor === undefined || patch === undefined
    ? undefined
    : {version: `${major}.${minor}.${patch}`}
})

const isProgram = (file: string): boolean => /\/(?:node|nodejs)$/.test(file)

/** Node.js: the program itself says it. Headers are of the program beside them, or of none (node-gyp fetches such), and are asked second. */
export const node: Language = {
  name: 'node',
  file(file) {
    if (isProgram(file)) return program
    return file.endsWith('/include/node/node_version.h') ? header : undefined
  },
  versionAt(image, file) {
    if (!isProgram(file)) return undefined
    const said = versionIn(image, file)
    if (!isProblem(said)) return said
    const beside = path.posix.join(path.posix.dirname(file), '../include/node/node_version.h')
    return versionIn(image, beside) ?? said
  },
}
