import {type Document, LineCounter, type Node, parseDocument, visit} from 'yaml'
import {z} from 'zod'

import type {SideFacts} from '../facts.ts'
import {unreadable} from './failures.ts'
import {sideFile} from './side-file.ts'
import {splitSignature} from './signature-block.ts'
import {lockVersion} from './write-lock.ts'

const again = 'Write it again with `imm parity lock`, or take it from where it is kept.'

/** The facts of a lock file; LOCK_UNREADABLE with its line where it is none. Whether it is signed, and by whom, is asked apart. */
export const readLock = (text: string, file: string): SideFacts => {
  const lines = new LineCounter()
  const document = parseDocument(splitSignature(text, file).facts, {lineCounter: lines, version: '1.2', schema: 'core'})
  const [mistake] = document.errors
  if (mistake !== undefined)
    throw unreadable(file, `it is no YAML: ${firstLine(mistake.message)}`, lines.linePos(mistake.pos[0]).line, again)
  refuseAliases(document, lines, file)
  const {version, ...rest} = valuesOf(document, file)
  checkVersion(version, file)
  const result = z.safeDecode(sideFile, rest as z.input<typeof sideFile>)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const at = issue === undefined ? undefined : lineOf(document, lines, issue.path)
  throw unreadable(file, [issue?.path.join('.'), issue?.message].filter(Boolean).join(': '), at, again)
}

const valuesOf = (document: Document, file: string): Record<string, unknown> => {
  const values: unknown = document.toJS()
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values as Record<string, unknown>
  throw unreadable(file, 'it is no lock file of imm', 1, again)
}

/** imm writes none, and a few of them make a file of any size. */
const refuseAliases = (document: Document, lines: LineCounter, file: string): void =>
  visit(document, {
    Alias(_, {range}) {
      const line = range ? lines.linePos(range[0]).line : undefined
      throw unreadable(file, 'it has an alias, which no lock file needs', line, again)
    },
  })

const checkVersion = (version: unknown, file: string): void => {
  if (version === lockVersion) return
  if (typeof version === 'number' && version > lockVersion)
    throw unreadable(
      file,
      `it is of version ${version}, and this imm reads up to version ${lockVersion}`,
      undefined,
      'Update imm, or have the file written by this version.',
    )
  throw unreadable(file, 'it has no version, so it is no lock file of imm', 1, again)
}

const firstLine = (text: string): string => text.split('\n')[0] ?? ''

/** The line of what is wrong, or of the nearest above it. */
const lineOf = (document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined => {
  for (let length = path.length; length >= 0; length--) {
    const offset = nodeAt(document, path.slice(0, length))?.range?.[0]
    if (offset !== undefined) return lines.linePos(offset).line
  }
  return undefined
}

const nodeAt = (document: Document, path: readonly PropertyKey[]): Node | null | undefined =>
  path.length === 0 ? document.contents : (document.getIn(path, true) as Node | undefined)
