import {isProblem} from '../../reduced/problem.ts'
import {valueAt} from '../../reduced/value.ts'
import type {Language} from '../found.ts'
import type {BuildInfo} from './build-info.ts'
import {goProgram} from './program.ts'

/** Go: a program says which one built it. Go itself, its compiler and tools are such programs, too. */
export const go: Language = {
  name: 'go',
  file: goProgram,
  versionAt(image, file) {
    const info = valueAt<BuildInfo>(image, file)
    return info === undefined || isProblem(info) ? info : info.version
  },
}
