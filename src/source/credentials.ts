import {readFileSync} from 'node:fs'
import path from 'node:path'

import type {FileNode} from './node.ts'
import type {Place} from './place.ts'

// An example of an .env holds no secret, or none that is one.
const names =
  /^(?:\.env(?:\.(?!example$|sample$|template$|dist$|defaults$).+)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|\.git-credentials|\.pypirc|.+\.(?:p12|pfx))$/i

/** Of these the content tells: most hold nothing that nobody may know. */
const contents: readonly (readonly [name: RegExp, content: RegExp])[] = [
  [/\.(?:pem|key)$/i, /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  // `${NPM_TOKEN}` names one.
  [/^\.npmrc$/, /(?:_authToken|_auth|_password)\s*=\s*(?!\s*["']?\$\{)\S/],
]

/** By its name alone, whether a file is to be looked at. */
export const mayBeCredentials = (name: string): boolean =>
  names.test(name) || contents.some(([each]) => each.test(name))

// What others publish holds keys of tests and examples.
const others = /(?:^|\/)(?:node_modules|vendor|site-packages|\.venv|venv|testdata)\//

/** Nodes never change: each is read once. */
const known = new WeakMap<FileNode, boolean>()

/** Whether a file of the context looks like credentials. */
export const looksLikeCredentials = (place: Place, file: string, node: FileNode): boolean => {
  if (others.test(file) || node.size === 0) return false
  const name = path.posix.basename(file)
  if (names.test(name)) return true
  const content = contents.find(([each]) => each.test(name))?.[1]
  if (content === undefined) return false
  const found = known.get(node) ?? holds(path.join(place.context, file), content)
  known.set(node, found)
  return found
}

const holds = (file: string, content: RegExp): boolean => {
  try {
    return content.test(readFileSync(file, 'utf8'))
  } catch {
    // It went meanwhile: the next snapshot is without it.
    return false
  }
}
