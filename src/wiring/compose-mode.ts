import path from 'node:path'

import {findComposeFilesIn} from '../compose/find.ts'
import type {SettingFlags} from '../config/flags.ts'
import type {FileSettings} from '../config/schema.ts'
import type {Environment} from '../config/scope.ts'

export interface ComposeChoice {
  /** of the project, absolute */
  directory: string
  /** `-f` */
  files: readonly string[]
  environment: Environment
  flags: SettingFlags
}

/**
 * The Compose files that describe the application, in order; `asked`: somebody named them. Undefined where it is the app of one Dockerfile:
 * imm.yaml says `compose: false` or has a `build`, or a flag names a Dockerfile.
 */
export const chooseCompose = async (
  {directory, files, environment, flags}: ComposeChoice,
  {compose, build}: Pick<FileSettings, 'compose' | 'build'>,
): Promise<{files: string[]; asked: boolean} | undefined> => {
  const named = (list: readonly string[]) => ({files: list.map((file) => path.resolve(directory, file)), asked: true})
  if (files.length > 0) return named(files)
  if (flags.dockerfile !== undefined || flags.context !== undefined) return undefined
  if (compose === false) return undefined
  if (compose !== undefined) return named(compose)
  if (build !== undefined) return undefined
  const {COMPOSE_FILE: variable = '', COMPOSE_PATH_SEPARATOR: separator = path.delimiter} = environment
  const listed = variable.split(separator).flatMap((part) => part.trim() || [])
  if (listed.length > 0) return named(listed)
  // Not of a directory above: that is another project's.
  const found = await findComposeFilesIn(directory)
  return found.length === 0 ? undefined : {files: found, asked: false}
}
