import path from 'node:path'

import type {BuildInfo} from '../../runtimes/go/build-info.ts'
import {runtimeFile} from '../../runtimes/runtimes.ts'
import {lockFile, lockReduction} from '../lock-file.ts'
import type {SourceOf} from '../source.ts'
import {goMod} from './go-mod.ts'
import {goSum} from './go-sum.ts'

// Read as a whole before the first of it is known.
const ofMod = lockReduction('go-mod', goMod, 1024 * 1024)
const ofSum = lockReduction('go-sum', goSum)

/** Modules that a program is made of, the program itself among them; each program is a scope of its own. */
export const go: SourceOf = (file) => {
  const name = path.posix.basename(file)
  if (name === 'go.mod') return lockFile(file, 'go', ofMod)
  if (name === 'go.sum') {
    const lock = lockFile(file, 'go', ofSum)
    // It keeps what was needed at any time.
    return lock && {...lock, unless: path.posix.join(path.posix.dirname(file), 'go.mod')}
  }
  const reduction = runtimeFile(file)
  if (reduction?.name !== 'go') return undefined
  return {
    ecosystem: 'go',
    source: 'installed',
    scope: file,
    reduction,
    read(value) {
      const {main, modules} = value as BuildInfo
      return main === undefined ? modules : [main, ...modules]
    },
  }
}
