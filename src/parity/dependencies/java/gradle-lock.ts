import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/** gradle.lockfile: `group:artifact:1.0=configuration,…` */
export function* gradleLock(text: string): Generator<Named, void, undefined> {
  for (const line of linesOf(text)) {
    const [, name, version] = /^([^\s:#=]+:[^\s:=]+):([^\s:=]+)=/.exec(line) ?? []
    if (name !== undefined && version !== undefined) yield [name, version]
  }
}
