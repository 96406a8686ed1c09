import path from 'node:path'

import type {BuildSettings, FileSource} from '../../config/settings.ts'
import type {Service} from '../keys/service.ts'
import {leaves} from './binds.ts'
import type {Translation} from './context.ts'
import {fileSource} from './files.ts'

/** What Compose says of a build, with all of its keys. */
export interface Build {
  context: string
  dockerfile?: string | undefined
  dockerfile_inline?: string | undefined
  target?: string | undefined
  args?: Record<string, string | null> | undefined
  secrets?: {source?: string | undefined; target?: string | undefined}[] | undefined
}

export const buildOf = (service: Service): Build | undefined =>
  service.build && {...service.build, context: service.build.context ?? '.'}

/** Equal for two services whose images are the same. */
export const buildKey = ({context, dockerfile, dockerfile_inline: inline, target, args = {}}: Build): string =>
  JSON.stringify([context, dockerfile, inline, target, Object.entries(args).toSorted(([a], [b]) => (a < b ? -1 : 1))])

export const buildSettings = (name: string, build: Build, translation: Translation): BuildSettings => {
  const {refusal, model} = translation
  const at = ['services', name, 'build']
  const {context, dockerfile = 'Dockerfile', dockerfile_inline: inline, target, args = {}} = build
  if (!path.isAbsolute(context))
    throw refusal(
      [...at, 'context'],
      'the builder gets a directory of this machine: check the source out, and name its directory',
    )
  const relative = path.relative(context, path.resolve(context, dockerfile))
  if (leaves(relative))
    throw refusal(
      [...at, 'dockerfile'],
      'it lies outside of the context, and the builder gets nothing else: choose a context that holds it',
    )
  const secrets = (build.secrets ?? []).map(({source = '', target: id = source}): {id: string; source: FileSource} => ({
    id,
    source: fileSource(model.secrets?.[source] ?? {}, translation),
  }))
  return {
    context,
    dockerfile: inline === undefined ? relative.replaceAll(path.sep, '/') : 'Dockerfile',
    target,
    args: Object.fromEntries(Object.entries(args).flatMap(([key, value]) => (value === null ? [] : [[key, value]]))),
    ...(inline === undefined ? {} : {inline}),
    ...(secrets.length === 0 ? {} : {secrets}),
  }
}
