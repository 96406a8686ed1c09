import {textOf, wholeFile} from '../reduced/reduce.ts'
import type {Language} from './found.ts'
import {versionIn} from './version.ts'

/** Any program may have a file of that name: only those of a JDK have the line. `17.0.15+6` tells builds apart, where it is there. */
const release = wholeFile('java', 64 * 1024, (content) => {
  const text = textOf(content)
  const field = (name: string) => new RegExp(`^${name}="?([^"\\s]{1,80})"?\\s*$`, 'm').exec(text)?.[1]
  const version = field('JAVA_VERSION')
  return version === undefined ? undefined : {version: field('JAVA_RUNTIME_VERSION') ?? version}
})

/** Java: the file `release` at the top of a JDK or JRE. */
export const java: Language = {
  name: 'java',
  file: (file) => (file.endsWith('/release') ? release : undefined),
  versionAt: versionIn,
}
