import {problem} from '../reduced/problem.ts'
import {textOf, wholeFile} from '../reduced/reduce.ts'
import type {Language} from './found.ts'
import {versionIn} from './version.ts'

const config = wholeFile('ruby', 256 * 1024, (content) => {
  const version = /^\s*CONFIG\["RUBY_PROGRAM_VERSION"\]\s*=\s*"([^"\s]{1,40})"/m.exec(textOf(content))?.[1]
  return version === undefined ? problem('it does not say which Ruby it is of') : {version}
})

/** Ruby: what it was built with, a file that it reads itself. */
export const ruby: Language = {
  name: 'ruby',
  file: (file) => (/\/ruby\/(?:[^/]+\/){1,3}rbconfig\.rb$/.test(file) ? config : undefined),
  versionAt: versionIn,
}
