import path from 'node:path'

import {lockFile, lockReduction} from '../lock-file.ts'
import type {SourceOf} from '../source.ts'
import {pythonInstalled} from './installed.ts'
import {pipfileLock} from './pipfile-lock.ts'
import {requirements} from './requirements.ts'
import {tomlLock} from './toml-lock.ts'

const ofToml = lockReduction('toml', tomlLock)

const locks = new Map([
  ['poetry.lock', ofToml],
  ['uv.lock', ofToml],
  ['pdm.lock', ofToml],
  ['Pipfile.lock', lockReduction('pipfile', pipfileLock)],
])

const pins = lockReduction('requirements', requirements)

export const python: SourceOf = (file) => {
  const name = path.posix.basename(file)
  const lock = locks.get(name) ?? (isPylock(name) ? ofToml : isRequirements(file) ? pins : undefined)
  return lock === undefined ? pythonInstalled(file) : lockFile(file, 'pypi', lock)
}

/** `pylock.toml`, `pylock.dev.toml` (PEP 751) */
const isPylock = (name: string): boolean => /^pylock(?:\.[^.]+)?\.toml$/.test(name)

/** `requirements-dev.txt`, `requirements/base.txt` */
const isRequirements = (file: string): boolean =>
  file.endsWith('.txt') && /\/requirements(?:[-_.][^/]*)?\.txt$|\/requirements\/[^/]+\.txt$/.test(file)
