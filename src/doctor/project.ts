import type {ImmError} from '../errors.ts'
import {failed, note, ok, type Finding} from './finding.ts'

export type ProjectFacts =
  | {
      kind: 'found'
      name: string
      /** relative to the context, as `ignoreFile` */
      dockerfile: string
      context: string
      /** undefined: there is none */
      ignoreFile: string | undefined
      warnings: readonly string[]
      /** the type of a file system that announces no changes */
      silentMount: string | undefined
    }
  /** of a Compose file; without what imm does otherwise, which `imm dev` says */
  | {
      kind: 'application'
      name: string
      apps: readonly string[]
      services: readonly string[]
      warnings: readonly string[]
    }
  /** `hasSettings`: it has an imm.yaml, so it is meant to be a project */
  | {kind: 'unusable'; directory: string; hasSettings: boolean; error: ImmError}

export const projectFindings = (facts: ProjectFacts): Finding[] => {
  if (facts.kind === 'unusable') return unusable(facts)
  if (facts.kind === 'application')
    return [
      ok('project', `${facts.name}: builds ${listed(facts.apps)}, beside ${listed(facts.services)}`),
      ...facts.warnings.map((warning) => note('project', warning)),
    ]
  const {name, dockerfile, context, ignoreFile, warnings, silentMount} = facts
  const findings = [ok('project', `${name}: ${dockerfile} in ${context}, settings are valid`)]
  if (ignoreFile === undefined)
    findings.push(
      note(
        'project',
        'there is no .dockerignore: .git, node_modules and secrets would be sent to the engine with every change',
        'Let `imm init` write one, or list there what the image does not need.',
      ),
    )
  if (silentMount !== undefined)
    findings.push(
      note(
        'project',
        `${context} is on ${silentMount}, where changes are not announced: imm looks for them by polling, which is slower`,
        'Keep the project on a file system of this machine (in WSL: below your Linux home, not /mnt/c).',
      ),
    )
  return [...findings, ...warnings.map((warning) => note('project', warning))]
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '))

const unusable = ({directory, hasSettings, error}: Extract<ProjectFacts, {kind: 'unusable'}>): Finding[] => {
  // Anywhere but in a project doctor looks at the machine alone.
  if (error.code === 'PROJECT_NOT_FOUND' && !hasSettings)
    return [ok('project', `none in ${directory}: only the machine was looked at`)]
  // One mistake of imm.yaml a line.
  const [first = '', ...others] = error.message.split('\n')
  const finding = failed('project', error)
  return [{...finding, message: first}, ...others.map((message) => ({...finding, message}))]
}
