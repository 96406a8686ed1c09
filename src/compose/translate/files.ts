import path from 'node:path'

import type {FileSource, MountedFile} from '../../config/settings.ts'
import type {FileMount} from '../keys/mounts.ts'
import type {Composed} from '../keys/top.ts'
import type {Part, Translation} from './context.ts'

type Source = Partial<NonNullable<Composed['secrets']>[string] & NonNullable<Composed['configs']>[string]>

/** Where the content of a secret or config comes from. */
export const fileSource = (
  {file, environment, content, command}: Source,
  {lookup}: Pick<Translation, 'lookup'>,
): FileSource => {
  if (environment !== undefined) return {kind: 'environment', variable: environment, value: lookup(environment)}
  if (command !== undefined) return {kind: 'command', command}
  return file === undefined ? {kind: 'content', content: content ?? ''} : {kind: 'file', path: file}
}

/** Secrets and configs as files of the container: `/run/secrets/NAME` and `/NAME` by default. */
export const filesOf = ({service}: Part, translation: Translation): MountedFile[] => [
  ...(service.secrets ?? []).map((mount) => mounted('secret', '/run/secrets', mount, translation)),
  ...(service.configs ?? []).map((mount) => mounted('config', '/', mount, translation)),
]

const mounted = (
  kind: MountedFile['kind'],
  directory: string,
  {source = '', target = source, uid, gid, mode = 0o444}: FileMount,
  translation: Translation,
): MountedFile => ({
  kind,
  name: source,
  source: fileSource(translation.model[`${kind}s`]?.[source] ?? {}, translation),
  path: path.posix.resolve(directory, target),
  ...(uid === undefined ? {} : {uid}),
  ...(gid === undefined ? {} : {gid}),
  mode,
})
