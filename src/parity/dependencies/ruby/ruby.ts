import {lockFile, lockReduction} from '../lock-file.ts'
import type {SourceOf} from '../source.ts'
import {gemfileLock} from './gemfile-lock.ts'
import {gemInstalled} from './gemspec.ts'

const ofBundler = lockReduction('bundler', gemfileLock)

export const ruby: SourceOf = (file) =>
  /\/(?:Gemfile\.lock|gems\.locked)$/.test(file) ? lockFile(file, 'gem', ofBundler) : gemInstalled(file)
