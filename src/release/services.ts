import type {EnvironmentId} from './identity.ts'
import {slug} from './names.ts'

/** What the container of a backing service carries: enough to find, show, reach and end it without the file that describes it. */
export interface ServiceIdentity extends EnvironmentId {
  /** as the Compose file names it */
  service: string
  /** digest of all that makes the container, `sha256:<hex>` */
  definition: string
  /** it runs to its end, once per definition */
  completes: boolean
  /** services that must outlive it */
  needs: readonly string[]
  /** how long it may take to end */
  stopGraceMs: number
  /** prints its data; undefined: the files of its volumes are its data */
  snapshotCommand?: readonly string[] | undefined
  /** reads what that printed */
  restoreCommand?: readonly string[] | undefined
}

/** `imm.app` is a slug, which two names may share; `imm.service` is the name itself. */
export const serviceLabels = (identity: ServiceIdentity): Record<string, string> => ({
  'imm.project': identity.project,
  'imm.environment': identity.environment,
  'imm.app': slug(identity.service),
  'imm.role': 'service',
  'imm.service': identity.service,
  'imm.settings': identity.definition,
  'imm.grace': String(identity.stopGraceMs),
  ...(identity.completes ? {'imm.completes': 'true'} : {}),
  ...(identity.needs.length === 0 ? {} : {'imm.needs': identity.needs.join(',')}),
  ...commandLabel(snapshotLabel, identity.snapshotCommand),
  ...commandLabel(restoreLabel, identity.restoreCommand),
})

const snapshotLabel = 'imm.snapshot-command'
const restoreLabel = 'imm.restore-command'

const commandLabel = (label: string, command: readonly string[] | undefined): Record<string, string> =>
  command === undefined ? {} : {[label]: JSON.stringify(command)}

const withCommand = <K extends string>(key: K, text: string | undefined): {[_ in K]?: readonly string[]} => {
  const command = commandOf(text)
  return command === undefined ? {} : ({[key]: command} as {[_ in K]?: readonly string[]})
}

const commandOf = (text: string | undefined): readonly string[] | undefined => {
  try {
    const words: unknown = JSON.parse(text ?? 'null')
    return Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')
      ? words
      : undefined
  } catch {
    return undefined
  }
}

/** The identity that labels state; undefined on what is no backing service. */
export const serviceIdentity = (labels: Readonly<Record<string, string>>): ServiceIdentity | undefined => {
  const {
    'imm.project': project,
    'imm.environment': environment,
    'imm.service': service,
    'imm.settings': definition,
  } = labels
  if (labels['imm.role'] !== 'service' || !project || !environment || !service || !definition) return undefined
  const graceMs = Number(labels['imm.grace'])
  return {
    project,
    environment,
    service,
    definition,
    completes: labels['imm.completes'] === 'true',
    needs: labels['imm.needs']?.split(',') ?? [],
    stopGraceMs: Number.isSafeInteger(graceMs) && graceMs >= 0 ? graceMs : defaultGraceMs,
    ...withCommand('snapshotCommand', labels[snapshotLabel]),
    ...withCommand('restoreCommand', labels[restoreLabel]),
  }
}

/** As engines and the Compose Specification have it. */
export const defaultGraceMs = 10_000

/** What all containers of an environment's backing services carry. */
export const servicesLabels = ({project, environment}: EnvironmentId): Record<string, string> => ({
  ...sharedLabels({project, environment}),
  'imm.role': 'service',
})

/** What networks and volumes carry that an environment's apps and services share: no app's own. */
export const sharedLabels = ({project, environment}: EnvironmentId): Record<string, string> => ({
  'imm.project': project,
  'imm.environment': environment,
})
