import path from 'node:path'

import {parseEnvFile} from './env-file.ts'
import type {KeyPath} from './mistakes.ts'
import type {Origin} from './problems.ts'
import {readText} from './read-text.ts'
import type {Scope} from './scope.ts'
import {splitVariable, variableName} from './split-variable.ts'

export interface Variables {
  values: Record<string, string>
  /** of each of `jobs`, on top of those */
  jobs: Record<string, string>[]
  /** env files, absolute */
  files: string[]
  warnings: string[]
}

/** The application's environment: env files, then imm.yaml's env, then --env, later ones on top. What is wrong goes to `problems`. */
export const loadVariables = async (scope: Scope): Promise<Variables> => {
  const {config, flags} = scope
  const files = await readEnvFiles(scope)
  const set = takeVariables(scope, {config: config.env, key: ['env'], flag: '--env', entries: flags.env})
  const jobs = (config.jobs ?? []).map((job, index) =>
    takeVariables(scope, {config: job.env, key: ['jobs', index, 'env'], flag: '', entries: undefined}),
  )
  return {...files, values: {...files.values, ...set}, jobs}
}

export interface VariableSources {
  config: Readonly<Record<string, string | null>> | undefined
  /** where `config` is in imm.yaml */
  key: KeyPath
  flag: string
  /** `KEY=VALUE` or `KEY`, of the flag */
  entries: readonly string[] | undefined
}

/** Variables of imm.yaml with those of a flag on top; null is taken from imm's own environment, and a problem where it is not set there. */
export const takeVariables = (
  scope: Scope,
  {config = {}, key, flag, entries = []}: VariableSources,
): Record<string, string> => {
  const values: Record<string, string> = {}
  const take = (name: string, value: string | null, origin: Origin, shown: string) => {
    const given = value ?? scope.environment[name]
    if (given === undefined)
      scope.problems.add(origin, `${shown}has no value, and imm's own environment does not set it`)
    else values[name] = given
  }
  const flagged = entries.map(splitVariable)
  const overridden = new Set(flagged.map(([name]) => name))
  for (const [name, value] of Object.entries(config))
    if (!overridden.has(name)) take(name, value, {key: [...key, name]}, '')
  for (const [name, value] of flagged) {
    if (variableName.test(name)) take(name, value, {flag}, `${name} `)
    else scope.problems.add({flag}, 'expected KEY=VALUE or KEY')
  }
  return values
}

const readEnvFiles = async (scope: Scope): Promise<Variables> => {
  const {config, flags, environment, directory, problems, signal} = scope
  const names = flags.envFile ?? config.envFile ?? []
  const result: Variables = {values: {}, jobs: [], files: [], warnings: []}
  for (const [index, name] of names.entries()) {
    const file = path.resolve(directory, name)
    const origin: Origin = flags.envFile
      ? {flag: '--env-file'}
      : {key: names.length > 1 ? ['envFile', index] : ['envFile']}
    result.files.push(file)
    // One after the other: a later file may refer to what an earlier one sets.
    const text = await tryRead(file, signal)
    if (typeof text !== 'string') {
      problems.add(origin, text.message)
      continue
    }
    const {values, mistakes, warnings} = parseEnvFile(text, (key) => environment[key] ?? result.values[key])
    for (const {line, message} of mistakes) problems.add(origin, `${name}:${line}: ${message}`)
    result.warnings.push(...warnings.map(({line, message}) => `${name}:${line}: ${message}`))
    Object.assign(result.values, values)
  }
  return result
}

const tryRead = async (file: string, signal: AbortSignal): Promise<string | {message: string}> => {
  try {
    return await readText(file, signal)
  } catch (error) {
    signal.throwIfAborted()
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return {message: `there is no file ${file}`}
    if (code === 'EISDIR') return {message: `${file} is a directory`}
    return {message: `${file} can't be read (${String(code)})`}
  }
}
