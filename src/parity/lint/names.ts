import type {SideFacts} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import {find} from './find.ts'
import type {LayerFindings, Place} from './layers.ts'

/** The images that a side names and that others make: what is built here has its name from imm or Compose. */
export const nameFindings = ({image, run}: SideFacts, {from}: LayerFindings): Finding[] => {
  // What an engine calls the base is one of its names, and not how the Dockerfile has it. With a digest beside it, it was pinned.
  const labelled = image?.base?.by === 'label' && image.base.digest === undefined ? image.base.name : undefined
  const base = from?.name ?? labelled
  return [
    ...(base === undefined ? [] : pinning(base, 'base', from?.place)),
    ...(run?.image === undefined || run.image.startsWith('imm/') ? [] : pinning(run.image, 'image')),
  ]
}

const pinning = (name: string, what: 'base' | 'image', place?: Place): Finding[] => {
  const placed = place === undefined ? {} : {place}
  if (name.includes('@') || name === 'scratch' || name.startsWith('sha256:')) return []
  const tag = /:([^/:]+)$/.exec(name)?.[1]
  const said = what === 'base' ? 'the base image' : 'the image'
  if (tag !== undefined && tag !== 'latest')
    return [
      find(`lint.${what}.unpinned`, name, {
        message: `${said} ${name} is named by a tag alone, which can be given to another`,
        next: `Name it as ${name}@sha256:…; \`docker buildx imagetools inspect ${name}\` prints the digest`,
        ...placed,
      }),
    ]
  return [
    find(`lint.${what}.latest`, name, {
      message: `${said} ${name} is whatever is the latest ${tag === undefined ? '(it has no tag)' : 'at the time'}`,
      next: 'Name a version, best with its digest',
      ...placed,
    }),
  ]
}
