import {realpath, stat} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../errors.ts'
import {dockerfileNames} from './defaults.ts'

/** The build context and the Dockerfile in it. */
export interface Context {
  /** absolute */
  context: string
  /** relative to the context, with `/` */
  dockerfile: string
}

/** What is wrong with a setting of the build, for whoever knows where it was set. */
export interface BuildProblem {
  setting: 'context' | 'dockerfile'
  message: string
}

export interface ContextRequest {
  /** the project's, absolute: paths are relative to it */
  directory: string
  context: string | undefined
  dockerfile: string | undefined
}

/** Finds the context and its Dockerfile. PROJECT_NOT_FOUND where none is named and none is there. */
export const findContext = async (request: ContextRequest): Promise<Context | BuildProblem> => {
  const context = path.resolve(request.directory, request.context ?? '.')
  if ((await kindOf(context)) !== 'directory') {
    const there =
      (await kindOf(context)) === 'file' ? `${context} is not a directory` : `there is no directory ${context}`
    return {setting: 'context', message: there}
  }
  if (request.dockerfile !== undefined) return namedDockerfile(request.directory, context, request.dockerfile)
  for (const name of dockerfileNames) {
    if ((await kindOf(path.join(context, name))) === 'file') return {context, dockerfile: name}
  }
  throw await noProject(request.directory, context)
}

const namedDockerfile = async (directory: string, context: string, name: string): Promise<Context | BuildProblem> => {
  const file = path.resolve(directory, name)
  if ((await kindOf(file)) !== 'file') {
    const meant = path.resolve(context, name)
    const hint =
      (await kindOf(meant)) === 'file'
        ? `; paths are relative to the project: write ${slashed(path.relative(directory, meant))}`
        : ''
    return {setting: 'dockerfile', message: `there is no file ${file}${hint}`}
  }
  // By real paths as well: the engine gets a link as a link, and finds nothing behind one that leaves the context.
  const real = path.relative(await realpath(context), await realpath(file))
  const relative = path.relative(context, file)
  if (leaves(relative) || leaves(real))
    return {
      setting: 'dockerfile',
      message: `${file} lies outside the build context ${context}, and the engine gets nothing but the context; choose a context that holds it`,
    }
  return {context, dockerfile: slashed(relative)}
}

const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

const noProject = async (directory: string, context: string): Promise<ImmError> => {
  const found = await Promise.all(
    composeNames.map(async (name) => ((await kindOf(path.join(directory, name))) === 'file' ? name : undefined)),
  )
  const compose = found.find((name) => name !== undefined)
  const message = `There is no ${dockerfileNames.join(' or ')} in ${context}.`
  if (compose === undefined)
    return new ImmError('PROJECT_NOT_FOUND', message, {
      next: 'Run imm in the directory of a project, set build.dockerfile in imm.yaml, or let `imm init` write a Dockerfile.',
    })
  return new ImmError(
    'PROJECT_NOT_FOUND',
    `${message} There is a ${compose}, but imm does not read compose files yet.`,
    {
      next: 'Point build.context in imm.yaml at the directory of the app that you change, or let `imm init` write a Dockerfile.',
    },
  )
}

const leaves = (relative: string): boolean =>
  relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)

const slashed = (name: string): string => name.replaceAll(path.sep, '/')

/** What a path leads to; undefined for nothing. */
export const kindOf = async (place: string): Promise<'directory' | 'file' | undefined> => {
  try {
    return (await stat(place)).isDirectory() ? 'directory' : 'file'
  } catch {
    return undefined
  }
}
