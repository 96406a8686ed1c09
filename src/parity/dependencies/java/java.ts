import path from 'node:path'

import {lockFile, lockReduction} from '../lock-file.ts'
import type {Named, SourceOf} from '../source.ts'
import {gradleLock} from './gradle-lock.ts'
import {jarReduction} from './jar.ts'

const ofGradle = lockReduction('gradle', gradleLock)

/** Libraries by the directory that they, or what they are in, are in. What comes with a JDK is of its version. */
export const java: SourceOf = (file) => {
  if (file.endsWith('/gradle.lockfile')) return lockFile(file, 'maven', ofGradle)
  if (!/\.[jwe]ar$/.test(file) || file.endsWith('/jrt-fs.jar')) return undefined
  return {
    ecosystem: 'maven',
    source: 'installed',
    scope: path.posix.dirname(file),
    reduction: jarReduction(file),
    read: (value) => value as readonly Named[],
  }
}
