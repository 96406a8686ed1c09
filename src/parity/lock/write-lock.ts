import {Document, visit} from 'yaml'
import {z} from 'zod'

import {escaped} from '../controls.ts'
import type {SideFacts} from '../facts.ts'
import {lockable} from './lockable.ts'
import {type LockedSide, sideFile} from './side-file.ts'

/** Of the form of the file: a higher one is refused by whoever does not know it. */
export const lockVersion = 1

const heading = `# What imm knows of a side (docs/parity-lock.md). Written by \`imm parity lock\`; \`imm parity A lock:FILE\` compares with it.
`

/** The text of a lock file: one fact a line, in one order, so that a change of it can be reviewed. */
export const writeLock = (facts: SideFacts): string => {
  // What is only read may be given where zod's types have what may be changed; it changes nothing.
  const side = z.encode(sideFile, lockable(facts) as LockedSide)
  const document = new Document({version: lockVersion, ...side}, {aliasDuplicateObjects: false})
  visit(document, {
    // Who reviews the file on a terminal is not to be fooled by it.
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && escaped(scalar.value) !== scalar.value) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  return heading + escaped(document.toString({lineWidth: 0, blockQuote: false}))
}
