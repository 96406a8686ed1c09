import type {BuildSettings} from '../config/settings.ts'
import {completeDelta} from '../delta/complete.ts'
import {isFull} from '../delta/full.ts'
import {planDelta} from '../delta/plan.ts'
import {readTail} from '../delta/tail.ts'
import type {Full, Layout} from '../lifecycle/layout.ts'
import type {Image} from '../lifecycle/ports.ts'

/** What a Dockerfile makes of the source on an anchor. */
export const layoutOf = (
  text: string,
  build: BuildSettings,
  anchor: Pick<Image, 'workingDir' | 'env'>,
): Layout | Full => {
  const tail = readTail(text, build, anchor)
  if (isFull(tail)) return tail
  return {
    kind: 'layout',
    bases: tail.bases,
    ground: tail.whole ? tail.base : undefined,
    often: [...new Set(tail.steps.flatMap(({dest}) => [dest, ...above(dest)]))].filter((path) => path !== '/'),
    plan(before, after) {
      const plan = planDelta(tail, before, after)
      if (isFull(plan)) return plan
      const {above, needs} = plan
      return {kind: 'delta', above, ...needs, complete: (inAnchor, below) => completeDelta(plan, inAnchor, below)}
    },
  }
}

/** `/usr/src` and `/usr` for `/usr/src/app`. */
const above = (path: string): string[] => {
  const parent = path.slice(0, path.lastIndexOf('/'))
  return parent === '' ? [] : [parent, ...above(parent)]
}
