import path from 'node:path'

import {lockFile, lockReduction} from '../lock-file.ts'
import type {SourceOf} from '../source.ts'
import {npmInstalled} from './installed.ts'
import {packageLock} from './package-lock.ts'
import {pnpmLock} from './pnpm-lock.ts'
import {yarnLock} from './yarn-lock.ts'

const ofNpm = lockReduction('package-lock', packageLock)

const locks = new Map([
  ['package-lock.json', ofNpm],
  ['npm-shrinkwrap.json', ofNpm],
  ['yarn.lock', lockReduction('yarn', yarnLock)],
  ['pnpm-lock.yaml', lockReduction('pnpm', pnpmLock)],
])

export const npm: SourceOf = (file) => {
  const lock = locks.get(path.posix.basename(file))
  return lock === undefined ? npmInstalled(file) : lockFile(file, 'npm', lock)
}
