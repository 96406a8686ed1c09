import path from 'node:path'

import {kindOf} from './context.ts'
import {configFileNames} from './defaults.ts'
import type {ConfigFile} from './file.ts'
import {findConfigFile} from './find.ts'
import type {Mistake} from './mistakes.ts'
import {gatherProblems} from './problems.ts'
import type {FileSettings} from './schema.ts'
import type {Environment} from './scope.ts'
import type {Settings} from './settings.ts'
import {loadVariables} from './variables.ts'

/** What a repository says of its previews. Plain data. */
export interface PreviewSettings {
  /** globs of the branches that get one, the last that matches decides */
  branches: readonly string[]
  /** pull requests get one, too */
  pulls: boolean
  /** the env files' values with env's on top: over the variables of every app */
  env: Readonly<Record<string, string>>
  /** absolute: files whose change means other settings, those that are not there yet included */
  files: readonly string[]
  /** without a request, until its containers are paused; undefined: never */
  pauseMs: number | undefined
  /** without a request, until its containers are stopped; undefined: never */
  idleMs: number | undefined
  /** without a request, until it is removed; undefined: never */
  ttlMs: number | undefined
  /** awake at the same time; undefined: no limit */
  max: {running: number | undefined; memoryBytes: number | undefined}
  /** brought up at the same time */
  parallel: number
  /** what a volume holds at first, by the volume's name */
  seed: Readonly<Record<string, SeedSource>>
  hooks: Readonly<PreviewHooks>
  /** `login`: nothing of it is reached without one */
  access: PreviewAccess
  /** about its env files; values are never repeated */
  warnings?: readonly string[]
}

export type SeedSource =
  /** of the project's environment `main`, else the engine's name of one */
  | {kind: 'volume'; volume: string}
  /** absolute */
  | {kind: 'directory'; directory: string}
  /** runs on this machine, in `directory`, and prints a tar archive */
  | {kind: 'command'; command: readonly string[]; directory: string}

export const hookNames = ['created', 'updated', 'woken', 'asleep', 'removed'] as const

export type HookName = (typeof hookNames)[number]

/** Programs with their arguments. */
export type PreviewHooks = Partial<Record<HookName, readonly string[] | undefined>>

export type PreviewAccess = 'open' | 'login'

export const defaultPreviews = {
  branches: ['*', '!main', '!master', '!dependabot/**'],
  pulls: false,
  envFile: '.imm/preview.env',
  pauseMs: 5 * 60_000,
  idleMs: 30 * 60_000,
  running: 10,
  parallel: 2,
  access: 'open',
} as const

/** What is said of previews at one place: in imm.yaml, or in a Compose file. */
export interface PreviewPiece {
  settings: NonNullable<FileSettings['previews']>
  /** names each mistake by its place */
  report: ConfigFile['report']
  /** where its relative paths begin, absolute */
  directory: string
}

/** What imm.yaml of a directory says of previews. CONFIG_INVALID names every mistake. */
export const loadPreviewSettings = async (
  directory: string,
  signal: AbortSignal,
  options: {environment?: Environment; compose?: PreviewPiece} = {},
): Promise<PreviewSettings> => {
  const place = path.resolve(directory)
  const file = await findConfigFile(place, signal)
  const own = file?.settings.previews && {
    settings: file.settings.previews,
    report: (mistakes: readonly Mistake[]) =>
      file.report(mistakes.map((one) => ({...one, path: ['previews', ...one.path]}))),
    directory: place,
  }
  return previewSettingsOf(own ?? options.compose, place, signal, options.environment)
}

const previewSettingsOf = async (
  piece: PreviewPiece | undefined,
  place: string,
  signal: AbortSignal,
  environment: Environment = process.env,
): Promise<PreviewSettings> => {
  const {settings, report, directory}: PreviewPiece = piece ?? {settings: {}, report: () => [], directory: place}
  const {branches, pulls, env, envFile, pause, idle, ttl, max, parallel, seed, hooks, access} = settings
  const problems = gatherProblems({report})
  const usual = path.join(directory, defaultPreviews.envFile)
  const envFiles = envFile ?? ((await kindOf(usual)) === 'file' ? [usual] : [])
  const config = {...(env ? {env} : {}), envFile: envFiles}
  const variables = await loadVariables({directory, config, flags: {}, environment, problems, signal})
  problems.check()
  return {
    branches: branches ?? defaultPreviews.branches,
    pulls: pulls ?? defaultPreviews.pulls,
    env: variables.values,
    files: [...configFileNames.map((name) => path.join(place, name)), ...new Set([usual, ...variables.files])],
    pauseMs: msOf(pause, defaultPreviews.pauseMs),
    idleMs: msOf(idle, defaultPreviews.idleMs),
    ttlMs: msOf(ttl, undefined),
    max: {running: max?.running ?? defaultPreviews.running, memoryBytes: max?.memory},
    parallel: parallel ?? defaultPreviews.parallel,
    seed: Object.fromEntries(Object.entries(seed ?? {}).map(([name, source]) => [name, seedOf(source, directory)])),
    hooks: hooks ?? {},
    access: access ?? defaultPreviews.access,
    ...(variables.warnings.length > 0 ? {warnings: variables.warnings} : {}),
  }
}

const msOf = (given: number | 'never' | undefined, usual: number | undefined): number | undefined =>
  given === undefined ? usual : given === 'never' ? undefined : given

const seedOf = (
  source: NonNullable<NonNullable<FileSettings['previews']>['seed']>[string],
  directory: string,
): SeedSource => {
  if ('volume' in source) return {kind: 'volume', volume: source.volume}
  if ('directory' in source) return {kind: 'directory', directory: path.resolve(directory, source.directory)}
  return {kind: 'command', command: source.command, directory}
}

/** Settings of an app as its previews have them: their variables win over its own, in its jobs, too. */
export const withPreviewEnv = (settings: Settings, values: Readonly<Record<string, string>>): Settings => ({
  ...settings,
  env: {...settings.env, ...values},
  jobs: settings.jobs.map((job) => ({...job, env: {...job.env, ...values}})),
})
