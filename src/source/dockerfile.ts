import {realpathSync} from 'node:fs'
import path from 'node:path'

import {ImmError} from '../errors.ts'
import {look} from './look.ts'
import type {DirectoryNode} from './node.ts'
import type {Place} from './place.ts'
import {shown} from './place.ts'
import {find} from './tree.ts'

/** What enters the context though it is ignored, because every builder needs it: the Dockerfile, and the file that it is a link to. */
export const forcedBy = (place: Place): ReadonlySet<string> => {
  const {context, dockerfile} = place
  if (dockerfile === undefined) return new Set()
  const target = look(place, dockerfile)?.kind === 'link' ? linkTarget(context, dockerfile) : undefined
  return new Set(target === undefined ? [dockerfile] : [dockerfile, target])
}

/** PROJECT_NOT_FOUND where a tree has no Dockerfile, CONFIG_INVALID where it lies outside. */
export const demandDockerfile = (place: Place, root: DirectoryNode, forced: ReadonlySet<string>): void => {
  const {context, dockerfile} = place
  if (dockerfile === undefined) return
  const found = find(root, dockerfile)
  if (found === undefined || found.kind === 'directory') {
    throw new ImmError('PROJECT_NOT_FOUND', `There is no ${shown(place, dockerfile)}.`, {
      next: 'Correct `build.dockerfile` in imm.yaml, or let `imm init` write a Dockerfile.',
    })
  }
  if (found.kind === 'file' || forced.size > 1) return
  throw new ImmError(
    'CONFIG_INVALID',
    `${shown(place, dockerfile)} is a link to nothing inside the build context ${context}.`,
    {next: 'Put the Dockerfile itself into the context.'},
  )
}

const linkTarget = (context: string, file: string): string | undefined => {
  try {
    const relative = path.relative(realpathSync(context), realpathSync(path.join(context, file)))
    return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative.replaceAll(path.sep, '/')
  } catch {
    return undefined
  }
}
