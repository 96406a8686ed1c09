import path from 'node:path'

import {ImmError} from '../errors.ts'
import {environmentOf} from './environment.ts'
import {withExtended} from './extends.ts'
import {composeFileNames, findComposeFiles} from './find.ts'
import {withIncluded} from './include.ts'
import type {Lookup} from './interpolate.ts'
import type {Composed} from './keys/top.ts'
import {merge} from './merge.ts'
import {complete, type Model} from './model.ts'
import {chooseServices} from './profiles.ts'
import {compositionInvalid, placeOf, readComposeFile, type ReadFile, type Reading} from './read-file.ts'
import type {Path} from './tree.ts'

export interface ComposeRequest {
  /** where imm runs */
  directory: string
  /** `-f`, in their order; none: COMPOSE_FILE, else the file of the directory or of one above */
  files: readonly string[]
  profiles: readonly string[]
  /** undefined instead of COMPOSE_INVALID where no service is described at all */
  optional?: boolean
  /** variables of imm's own environment */
  env: Readonly<Record<string, string | undefined>>
  warn: (message: string) => void
  signal: AbortSignal
}

/** What Compose files describe, and where it came from. */
export interface Composition {
  model: Model
  /** the directory of the first file, absolute */
  directory: string
  /** absolute: every file that was read or would be, those that are not there yet included */
  files: readonly string[]
  /** variables of imm's environment, and of the .env file beside the first file */
  lookup: Lookup
  /** `compose.yaml:6:5` of a key, in the last file that has it */
  at: (path: Path) => string | undefined
}

/** The application that Compose files describe, complete; undefined where there are none. COMPOSE_INVALID names file, line and key. */
export const loadCompose = async (request: ComposeRequest): Promise<Model | undefined> =>
  (await readComposition(request))?.model

/** The same with its surroundings. */
export const readComposition = async (request: ComposeRequest): Promise<Composition | undefined> => {
  const {directory, env} = request
  const files = await filesOf(request)
  const [first] = files
  if (first === undefined) return undefined
  const base = path.dirname(first)
  const variables = await environmentOf(base, ['.env'], env, false)
  const lookup = (name: string) => variables[name]
  const reads: ReadFile[] = []
  const merged = await mergeFiles(files, {
    base,
    from: directory,
    lookup,
    warn: request.warn,
    reads,
    signal: request.signal,
  })
  if (request.optional && Object.keys(merged.services ?? {}).length === 0) return undefined
  const invalid = (at: Path, message: string) => compositionInvalid(reads, at, message)
  const profiles = [...request.profiles, ...listOf(variables['COMPOSE_PROFILES'])]
  const name = env['COMPOSE_PROJECT_NAME'] ?? variables['COMPOSE_PROJECT_NAME']
  const model = await complete(chooseServices(merged, profiles, invalid), {base, name, lookup, invalid})
  return {model, directory: base, files: watched(base, files, reads, model), lookup, at: (at) => placeOf(reads, at)}
}

/** Files whose change means another model. */
const watched = (base: string, files: readonly string[], reads: readonly ReadFile[], model: Model): string[] => {
  const services = Object.values(model.services)
  const contents = [...Object.values(model.secrets ?? {}), ...Object.values(model.configs ?? {})]
  return [
    ...new Set([
      ...composeFileNames.map((name) => path.join(base, name)),
      ...files,
      ...reads.map(({file}) => path.resolve(file)),
      path.join(base, '.env'),
      ...reads.flatMap(({envFiles}) => envFiles),
      ...services.flatMap(({env_file: own = [], label_file: labels = []}) => [
        ...own.map((one) => one.path),
        ...labels,
      ]),
      ...contents.flatMap(({file}) => file ?? []),
    ]),
  ]
}

const filesOf = async ({directory, files, env}: ComposeRequest): Promise<string[]> => {
  const named = files.length > 0 ? files : listOf(env['COMPOSE_FILE'], env['COMPOSE_PATH_SEPARATOR'] ?? path.delimiter)
  return named.length > 0 ? named.map((file) => path.resolve(directory, file)) : findComposeFiles(directory)
}

const listOf = (text: string | undefined, separator = ','): string[] =>
  (text ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean)

/** Later files over earlier ones; each has what it extends and includes already. */
const mergeFiles = async (
  files: readonly string[],
  reading: Reading,
  within: readonly string[] = [],
): Promise<Composed> => {
  let merged: Composed = {}
  for (const file of files) {
    if (within.includes(file)) throw new ImmError('COMPOSE_INVALID', `${file} includes itself`)
    const open = async (other: string): Promise<ReadFile> =>
      readComposeFile(other, {...reading, base: path.dirname(other)})
    const read = await withExtended(await readComposeFile(file, reading), open)
    const included = await withIncluded(read, reading, async (others, otherReading) =>
      mergeFiles(others, otherReading, [...within, file]),
    )
    merged = merge(merged, included, read.marks) as Composed
  }
  return merged
}
