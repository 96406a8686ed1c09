import {createHash} from 'node:crypto'

import type {FilesSide} from '../facts.ts'
import type {FileFact} from '../image/facts.ts'
import type {ImageHolder} from '../image/image.ts'
import {shadow, shadowDigest} from './shadow.ts'
import {isVolatile} from './volatile.ts'

/** The files of an image that count: the same for all builds of the same source, whenever they were and however they are split into layers. */
export const filesSideOf = (image: ImageHolder): FilesSide => {
  const digest = createHash('sha256')
  const list: FileFact[] = []
  let lines = ''
  for (const found of image.tree.all()) {
    if (isVolatile(found)) continue
    const fact = found.path === shadow ? {...found, sha256: shadowDigest(image) ?? found.sha256} : found
    list.push(fact)
    lines += lineOf(fact)
    if (lines.length < batch) continue
    digest.update(lines)
    lines = ''
  }
  return {digest: `sha256:${digest.update(lines).digest('hex')}`, count: list.length, list}
}

/** Each call has its price, and there may be a hundred thousand files. */
const batch = 64 * 1024

/** A label of the machine that it was built on. */
const ofTheMachine = 'security.selinux'

const lineOf = ({path, kind, mode, uid, gid, sha256 = '', target = '', xattrs}: FileFact): string =>
  `${JSON.stringify([path, kind, mode, uid, gid, sha256, target, xattrs === undefined ? [] : attributes(xattrs)])}\n`

const attributes = (xattrs: NonNullable<FileFact['xattrs']>): [string, string][] =>
  Object.entries(xattrs)
    .filter(([name]) => name !== ofTheMachine)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
