import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {parseEnvFile} from '../config/env-file.ts'
import {ImmError} from '../errors.ts'
import {isSystemError} from '../socket/system-error.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** Variables of env files, each knowing those before it; imm's own environment stands above them. COMPOSE_INVALID names file and line. */
export const environmentOf = async (
  base: string,
  files: readonly string[],
  outside: Variables,
  required: boolean,
): Promise<Variables> => {
  let variables: Variables = {}
  for (const file of files)
    variables = {...variables, ...(await readEnvFile(path.resolve(base, file), {...variables, ...outside}, required))}
  return {...variables, ...outside}
}

/** What one env file says. */
export const readEnvFile = async (
  file: string,
  known: Variables,
  required: boolean,
): Promise<Record<string, string>> => {
  const text = await textOf(file, required)
  const {values, mistakes} = parseEnvFile(text, (name) => known[name])
  if (mistakes.length > 0)
    throw new ImmError('COMPOSE_INVALID', mistakes.map(({line, message}) => `${file}:${line}: ${message}`).join('\n'))
  return values
}

/** The same of one with `format: raw`: what follows the first `=` is the value, whatever it is. */
export const readRawEnvFile = async (file: string, required: boolean): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await textOf(file, required))
      .split(/\r?\n/)
      .filter((line) => /^[^#=\s][^=]*=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)]),
  )

const textOf = async (file: string, required: boolean): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT') && !required) return ''
    if (isSystemError(error, 'ENOENT', 'EACCES', 'EISDIR'))
      throw new ImmError('COMPOSE_INVALID', `the env file ${file} can't be read`, {cause: error})
    throw error
  }
}
