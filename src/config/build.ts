import path from 'node:path'

import {findContext} from './context.ts'
import {readText} from './read-text.ts'
import type {Scope} from './scope.ts'
import {loadBuildSecrets} from './secrets.ts'
import type {BuildSettings} from './settings.ts'
import {takeVariables} from './variables.ts'

/** How the image is built. What is wrong goes to `problems`; PROJECT_NOT_FOUND where there is nothing to build. */
export const loadBuild = async (scope: Scope): Promise<BuildSettings> => {
  const {directory, config, flags, problems} = scope
  const args = takeVariables(scope, {
    config: config.build?.args,
    key: ['build', 'args'],
    flag: '--build-arg',
    entries: flags.buildArgs,
  })
  const target = flags.target ?? config.build?.target
  const found = await findContext({
    directory,
    context: flags.context ?? config.build?.context,
    dockerfile: flags.dockerfile ?? config.build?.dockerfile,
  })
  if ('setting' in found) {
    problems.add(
      flags[found.setting] === undefined ? {key: ['build', found.setting]} : {flag: flagOf[found.setting]},
      found.message,
    )
    return {context: directory, dockerfile: '', target, args}
  }
  if (target !== undefined) {
    const message = await missingTarget(path.join(found.context, found.dockerfile), target, scope.signal)
    if (message) problems.add(flags.target === undefined ? {key: ['build', 'target']} : {flag: '--target'}, message)
  }
  const secrets = loadBuildSecrets(scope)
  return {...found, target, args, ...(secrets.length > 0 ? {secrets} : {})}
}

const flagOf = {context: '--context', dockerfile: '--file'} as const

const missingTarget = async (file: string, target: string, signal: AbortSignal): Promise<string | undefined> => {
  const {findStage, readDockerfile} = await import('./dockerfile.ts')
  const {stages} = readDockerfile(await readText(file, signal))
  if (findStage(stages, target)) return undefined
  const names = stages.flatMap(({name}) => name ?? [])
  const known = names.length > 0 ? `its stages are ${names.join(', ')}` : 'its stages have no names (FROM ... AS name)'
  return `there is no stage "${target}" in ${path.basename(file)}; ${known}`
}
