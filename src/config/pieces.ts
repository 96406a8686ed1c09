import type {ConfigFile} from './file.ts'
import type {SettingFlags} from './flags.ts'
import {configInvalid, type Mistake} from './mistakes.ts'
import {settingsOver} from './over.ts'
import {gatherProblems} from './problems.ts'
import {schemaMistakes} from './schema-mistakes.ts'
import {configSchema, type AppFileSettings} from './schema.ts'
import type {Environment} from './scope.ts'
import type {Settings} from './settings.ts'
import {loadVariables} from './variables.ts'

/** What is said of one app: at the top of imm.yaml, under its `apps`, or as `x-imm` of a Compose file. */
export interface Piece {
  settings: AppFileSettings
  /** names each mistake by its place */
  report: ConfigFile['report']
  /** where its relative paths begin, absolute */
  directory: string
}

/** Checks a map of an app's keys that is no part of imm.yaml. CONFIG_INVALID names every mistake. */
export const parsePiece = (value: unknown, {report, directory}: Omit<Piece, 'settings'>): Piece => {
  const root = {apps: {app: value}}
  const parsed = configSchema.safeParse(root)
  if (parsed.success) return {settings: parsed.data.apps?.['app'] ?? {}, report, directory}
  const mistakes = schemaMistakes(parsed.error.issues, root)
  throw configInvalid(report(mistakes.map((mistake): Mistake => ({...mistake, path: mistake.path.slice(2)}))))
}

export interface Overlaid {
  settings: Settings
  /** env files, absolute */
  files: string[]
  warnings: string[]
}

/** Settings with pieces on top, later ones over earlier ones, and flags over all. CONFIG_INVALID names what is wrong in any of them. */
export const settingsWith = async (
  base: Settings,
  pieces: readonly Piece[],
  flags: SettingFlags,
  {directory, environment, signal}: {directory: string; environment: Environment; signal: AbortSignal},
): Promise<Overlaid> => {
  const over: Overlaid = {settings: base, files: [], warnings: []}
  const layers = [
    ...pieces.map((piece) => ({...piece, flags: {} as SettingFlags})),
    {settings: {}, report: () => [], directory, flags},
  ]
  for (const {settings: config, report, directory: from, flags: own} of layers) {
    const problems = gatherProblems({report})
    const variables = await loadVariables({directory: from, config, flags: own, environment, problems, signal})
    if (own.healthPath?.startsWith('/') === false) problems.add({flag: '--health'}, 'expected a path such as /healthz')
    problems.check()
    over.settings = settingsOver(over.settings, config, own, variables)
    over.files.push(...variables.files)
    over.warnings.push(...variables.warnings)
  }
  return over
}
