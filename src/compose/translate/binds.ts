import path from 'node:path'

import type {BuildSettings} from '../../config/settings.ts'
import type {Note} from '../../lifecycle/services/spec.ts'
import type {BindMount} from '../../release/container.ts'
import type {Mount} from '../keys/mounts.ts'
import type {Part, Translation} from './context.ts'

/** What is done otherwise than by Compose, said once for all mounts of a service. */
export const sayings = {
  taken: {
    kind: 'translated',
    reason: 'taken into the image, anew with each release; what outlives releases has a named volume',
  },
  outside: {
    kind: 'translated',
    reason: 'mounted read-only, because it is outside of the build context and no part of a release',
  },
  socket: {kind: 'translated', reason: 'mounted as it is, because a socket can be in no image'},
  anonymous: {kind: 'ignored', reason: 'what the image has there is used'},
  selinux: {kind: 'ignored', reason: '`selinux` and `recursive` are left to the engine'},
  labels: {kind: 'ignored', reason: '`labels` are those of the volume, at the top of the file'},
  consistency: {kind: 'ignored', reason: '`consistency` means nothing to engines of today'},
} as const satisfies Record<string, Omit<Note, 'key'>>

export type Said = keyof typeof sayings

/** A mount of the build context as something that the image gets; undefined where it is not of the context, or no file or directory. */
export const copyOf = (
  {source = '', target}: Mount,
  context: string,
  {kindOf}: Pick<Translation, 'kindOf'>,
): NonNullable<BuildSettings['copies']>[number] | undefined => {
  const kind = kindOf(source)
  const relative = path.relative(context, source)
  if (leaves(relative) || kind === undefined || kind === 'socket') return undefined
  return {from: relative.replaceAll(path.sep, '/') || '.', to: target}
}

export const leaves = (relative: string): boolean =>
  relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)

/** A mount that is kept. An app only reads what is no socket: what it wrote there would be no release's. */
export const bindOf = (
  {source = '', target, read_only: readOnly = false, bind = {}}: Mount,
  {role}: Pick<Part, 'role'>,
  {kindOf}: Pick<Translation, 'kindOf'>,
): {bind: BindMount; notes: Said[]} => {
  const isSocket = kindOf(source) === 'socket'
  return {
    bind: {
      source,
      path: target,
      readOnly: readOnly || (role === 'app' && !isSocket),
      ...(bind.propagation === undefined ? {} : {propagation: bind.propagation}),
      ...(bind.create_host_path ? {create: true} : {}),
    },
    notes: [
      ...(role === 'app' ? [isSocket ? ('socket' as const) : ('outside' as const)] : []),
      ...(bind.selinux !== undefined || bind.recursive !== undefined ? ['selinux' as const] : []),
    ],
  }
}
