import path from 'node:path'

import {ImmError} from '../errors.ts'

/** Where the source is. */
export interface Place {
  /** directory of the project, absolute */
  project: string
  /** directory that is sent to the engine, absolute */
  context: string
  /** relative to the context, with `/`; undefined: it comes from elsewhere */
  dockerfile: string | undefined
  /** paths of the context that enter no image, whatever the ignore file says; relative to it, with `/` */
  outside: readonly string[]
}

/** A path of the context as people know it: relative to the project. */
export const shown = (place: Place, file: string): string =>
  path.relative(place.project, path.join(place.context, file)).replaceAll(path.sep, '/') || '.'

export const unreadable = (place: Place, file: string, cause: unknown): ImmError => {
  const name = shown(place, file)
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
  return new ImmError('CONTEXT_UNREADABLE', `${name} cannot be read (${code}), and it would enter the image.`, {
    next: `Make it readable, or keep it out of the image with the line \`${file}\` in .dockerignore.`,
    cause,
  })
}

/** The place of a project; CONFIG_INVALID where the Dockerfile is not inside the context. */
export const placeOf = (
  project: string,
  context: string,
  dockerfile: string | undefined,
  outside: readonly string[] = [],
): Place => {
  const root = path.resolve(context)
  const named = outside.map((file) => path.relative(root, file).replaceAll(path.sep, '/'))
  const place = {
    project: path.resolve(project),
    context: root,
    outside: named.filter((name) => !name.startsWith('..') && name !== ''),
  }
  if (dockerfile === undefined) return {...place, dockerfile}
  const relative = path.posix.normalize(dockerfile)
  if (path.isAbsolute(dockerfile) || relative === '.' || relative.split('/')[0] === '..') {
    throw new ImmError('CONFIG_INVALID', `The Dockerfile ${dockerfile} lies outside of the build context ${context}.`, {
      next: 'Set `build.context` in imm.yaml to a directory that holds it, or move it into the context.',
    })
  }
  return {...place, dockerfile: relative}
}
