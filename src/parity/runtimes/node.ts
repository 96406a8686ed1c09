import path from 'node:path'

import {isProblem} from '../reduced/problem.ts'
import {textOf, wholeFile} from '../reduced/reduce.ts'
import type {Holder, Language} from './found.ts'
import {libraryDirectories} from './libraries.ts'
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
const library = /(?:^|\/)libnode\.so\.\d+$/

/** Node.js: the program itself says it. Headers are of the program beside them, or of none (node-gyp fetches such), and are asked second. */
export const node: Language = {
  name: 'node',
  file(file) {
    if (isProgram(file) || library.test(file)) return program
    return file.endsWith('/include/node/node_version.h') ? header : undefined
  },
  versionAt(image, file) {
    if (!isProgram(file)) return undefined
    const said = versionIn(image, file)
    return isProblem(said) ? (beside(image, path.posix.join(path.posix.dirname(file), '..')) ?? said) : said
  },
}

/** Debian's program is small and leaves everything to a library. */
const beside = (image: Holder, prefix: string): string | undefined => {
  const libraries = libraryDirectories(image, prefix).flatMap((directory) =>
    image.tree
      .list(directory)
      .filter((name) => library.test(name))
      .map((name) => `${directory}/${name}`),
  )
  return [`${prefix}/include/node/node_version.h`, ...libraries]
    .map((file) => versionIn(image, file))
    .find((version) => typeof version === 'string')
}
