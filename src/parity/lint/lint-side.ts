import type {SideFacts} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import {cacheFindings} from './caches.ts'
import {commandFindings} from './command.ts'
import {environmentFindings} from './environment.ts'
import {healthFindings} from './health.ts'
import {noLayers, type LayerFindings} from './layers.ts'
import {nameFindings} from './names.ts'
import {permissionFindings} from './permissions.ts'
import {runFindings} from './run.ts'
import {secretFindings} from './secrets.ts'
import {sensitiveFindings} from './sensitive.ts'
import {userFindings} from './user.ts'
import {whereIn} from './where.ts'

/** What good practice has against one side, whatever the other is. What is not known of a side is not held against it. */
export const lintSide = (side: SideFacts, more: LayerFindings = noLayers): Finding[] => [
  ...(side.image === undefined ? [] : imageFindings(side.image, more)),
  ...userFindings(side),
  ...nameFindings(side, more),
  ...environmentFindings(side),
  ...commandFindings(side),
  ...healthFindings(side),
  ...(side.run === undefined ? [] : runFindings(side.run)),
]

const imageFindings = (image: NonNullable<SideFacts['image']>, more: LayerFindings): Finding[] => {
  const where = whereIn(image, more)
  return [
    ...secretFindings(more, where),
    ...sensitiveFindings(more, where),
    ...permissionFindings(image, where),
    ...cacheFindings(more, where),
  ]
}
