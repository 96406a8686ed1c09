import type {Snapshot} from '../lifecycle/ports.ts'
import type {Contents} from './contents.ts'
import {snapshotDigest} from './digest.ts'
import type {Place} from './place.ts'
import {warningsOf} from './warnings.ts'

/** What the lifecycle is told of the contents. `news`: warnings that are not of the contents. */
export const snapshotOf = (place: Place, {root, rules}: Contents, news: Iterable<string>): Snapshot => ({
  digest: snapshotDigest(root.digest, rules.digest),
  files: root.files,
  bytes: root.bytes,
  warnings: [...news, ...warningsOf(place, root)],
  tree: root,
})
