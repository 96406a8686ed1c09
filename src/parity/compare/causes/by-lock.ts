import type {ImageSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import type {Both} from '../difference.ts'
import {dependencyKey} from '../libraries/dependencies.ts'
import {lockChanges, lockKey} from '../libraries/locks.ts'

/** An installed library that differs as a lock file of its kind does was installed by that: the file may be in another directory. */
export const byLockedVersion = (findings: readonly Finding[], {a, b}: Both<ImageSide>): Explanation => {
  const locks = findings.filter(({rule}) => rule === 'dependency.lock')
  const demanded = new Map(
    locks.flatMap((lock) => {
      const of = ({dependencies}: ImageSide) =>
        dependencies.filter((each) => each.source === 'lock' && lockKey(each) === lock.subject)
      const ecosystem = lock.subject.split(' ')[0] ?? ''
      return lockChanges({a: of(a), b: of(b)}).map(
        (change) => [JSON.stringify([ecosystem, change.name, change.a, change.b]), lock] as const,
      )
    }),
  )
  const libraries = new Map(
    demanded.size === 0 ? [] : [...a.dependencies, ...b.dependencies].map((each) => [dependencyKey(each), each]),
  )
  return (finding) => {
    const library = finding.rule.startsWith('dependency.') ? libraries.get(finding.subject) : undefined
    if (library === undefined || finding.rule === 'dependency.lock') return undefined
    return demanded.get(JSON.stringify([library.ecosystem, library.name, finding.a ?? 'none', finding.b ?? 'none']))
  }
}
import type {Explanation} from './brought.ts'
