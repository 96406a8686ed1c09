import {linesOf} from '../lines.ts'
import type {Named} from '../source.ts'

/** go.sum: the modules of which it has the content, and not their go.mod alone. */
export function* goSum(text: string): Generator<Named, void, undefined> {
  for (const line of linesOf(text)) {
    const [path, version, hash] = line.split(' ')
    if (path && version && hash !== undefined && !version.endsWith('/go.mod')) yield [path, version]
  }
}
