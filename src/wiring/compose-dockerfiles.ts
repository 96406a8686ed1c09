import {readFile} from 'node:fs/promises'
import path from 'node:path'

import type {Composition} from '../compose/load.ts'
import type {Build} from '../compose/translate/build.ts'
import {effectiveBuild} from '../compose/translate/sort-out.ts'
import {findContext, kindOf} from '../config/context.ts'
import {findStage, readDockerfile} from '../config/dockerfile.ts'
import {ImmError} from '../errors.ts'

interface Problem {
  key: 'context' | 'dockerfile' | 'target'
  message: string
}

/**
 * TCP ports that the Dockerfiles of built services expose, by service. COMPOSE_INVALID names every context, Dockerfile and stage that is not
 * there: before the first build, and not by it.
 */
export const readDockerfiles = async (
  {model, at}: Pick<Composition, 'model' | 'at'>,
  signal: AbortSignal,
): Promise<Map<string, readonly number[]>> => {
  const ports = new Map<string, readonly number[]>()
  const problems: string[] = []
  for (const [name, service] of Object.entries(model.services)) {
    const build = effectiveBuild(name, {model})
    // One that the builder would fetch is refused by the translation.
    if (!build || !path.isAbsolute(build.context)) continue
    const read = await readOne(build, signal)
    if ('ports' in read) ports.set(name, read.ports)
    else if (service.build) {
      const place = at(['services', name, 'build', read.key])
      problems.push(`${place === undefined ? '' : `${place}: `}services.${name}.build.${read.key}: ${read.message}`)
    }
  }
  if (problems.length > 0) throw new ImmError('COMPOSE_INVALID', problems.join('\n'))
  return ports
}

const readOne = async (build: Build, signal: AbortSignal): Promise<{ports: readonly number[]} | Problem> => {
  const {context, dockerfile = 'Dockerfile', dockerfile_inline: inline, target, args = {}} = build
  if (inline !== undefined && (await kindOf(context)) !== 'directory')
    return {key: 'context', message: `there is no directory ${context}`}
  const found = inline === undefined ? await findContext({directory: context, context, dockerfile}) : undefined
  if (found && 'setting' in found) return {key: found.setting, message: found.message}
  const text = inline ?? (await readFile(path.join(context, found?.dockerfile ?? ''), {encoding: 'utf8', signal}))
  const values = Object.fromEntries(
    Object.entries(args).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )
  const {stages, ports} = readDockerfile(text, {target, args: values})
  if (target !== undefined && !findStage(stages, target))
    return {key: 'target', message: `there is no stage "${target}" in the Dockerfile`}
  return {ports}
}
