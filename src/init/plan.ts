import type {ProjectFiles} from './project-files.ts'
import type {TemplateValues} from './render.ts'

export const flavours = ['node', 'python', 'go', 'ruby', 'static'] as const
export type Flavour = (typeof flavours)[number]

/** Something that was found out, and the file that says so. */
export interface Finding {
  what: string
  value: string
  /** relative to the project, with `:line` where it is one line; undefined: what is usual, as nothing says otherwise */
  file: string | undefined
}

/** What the templates of a flavour need to know about a project. */
export interface Plan {
  flavour: Flavour
  /** name of the Dockerfile's template in the flavour's folder */
  dockerfile: string
  values: TemplateValues
  findings: readonly Finding[]
  /** what the user should look at */
  notes: readonly string[]
  /** why nothing is known that could be started; undefined where something is */
  missing: string | undefined
}

/** Looks for one flavour; undefined where nothing of it is there. `named`: the user says that it is this one. */
export type Detect = (files: ProjectFiles, signal: AbortSignal, named: boolean) => Promise<Plan | undefined>
