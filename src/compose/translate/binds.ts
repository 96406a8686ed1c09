import path from 'node:path'

import type {BuildSettings} from '../../config/settings.ts'
import type {BindMount} from '../../release/container.ts'
import type {Mount} from '../keys/mounts.ts'
import type {Path} from '../tree.ts'
import type {Part, Translation} from './context.ts'

/** A mount of the build context as something that the image gets; undefined where it is not of the context, or no file or directory. */
export const copyOf = (
  {source = '', target}: Mount,
  context: string,
  at: Path,
  {kindOf, note}: Translation,
): NonNullable<BuildSettings['copies']>[number] | undefined => {
  const kind = kindOf(source)
  const relative = path.relative(context, source)
  if (relative.startsWith('..') || path.isAbsolute(relative) || kind === undefined || kind === 'socket')
    return undefined
  note('translated', at, 'taken into the image, anew with each release: state that outlives one has a named volume')
  return {from: relative.replaceAll(path.sep, '/') || '.', to: target}
}

/** A mount that is kept. An app only reads what is no socket: what it wrote there would be no release's. */
export const bindOf = (
  {source = '', target, read_only: readOnly = false, bind = {}}: Mount,
  {role}: Part,
  at: Path,
  {kindOf, note}: Translation,
): BindMount => {
  const isSocket = kindOf(source) === 'socket'
  if (role === 'app' && isSocket) note('translated', at, 'mounted as it is: a socket can be in no image')
  else if (role === 'app')
    note('translated', at, 'mounted read-only: it is outside of the build context, and no release replaces it')
  else if (bind.selinux !== undefined || bind.recursive !== undefined)
    note('ignored', at, '`selinux` and `recursive` are left to the engine')
  return {
    source,
    path: target,
    readOnly: readOnly || (role === 'app' && !isSocket),
    ...(bind.propagation === undefined ? {} : {propagation: bind.propagation}),
    ...(bind.create_host_path ? {create: true} : {}),
  }
}
