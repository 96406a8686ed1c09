import path from 'node:path'

import {projectName} from '../config/project-name.ts'
import {detect} from './detect.ts'
import type {Finding, Flavour} from './plan.ts'
import {openProject, type ProjectFiles} from './project-files.ts'
import {schemaReference} from './schema-reference.ts'
import {projectFileNames, renderFile, type ProjectFileName} from './templates.ts'
import {createFile, existingName, refuseDirectories, replaceFile} from './write.ts'

export interface InitOptions {
  directory: string
  flavour?: Flavour | undefined
  /** overwrite what is there */
  force?: boolean
  /** write nothing */
  dryRun?: boolean
}

export interface InitFile {
  /** as it is called in the project */
  name: string
  /** `planned`: a dry run would have written it */
  action: 'written' | 'overwritten' | 'kept' | 'planned'
  /** undefined for a kept one */
  content: string | undefined
}

export interface InitResult {
  /** absolute */
  directory: string
  project: string
  flavour: Flavour
  /** flavours that were possible too */
  others: readonly Flavour[]
  findings: readonly Finding[]
  files: readonly InitFile[]
  notes: readonly string[]
}

/** Finds out what a project is and writes what `imm dev` needs. What is there already is kept unless forced; nothing is asked. */
export const initProject = async (options: InitOptions, signal: AbortSignal): Promise<InitResult> => {
  const directory = path.resolve(options.directory)
  const files = await openProject(directory)
  const {plan, others} = await detect(files, options.flavour, signal)
  const {slug: project} = await projectName(directory, signal)
  const keep = (name: ProjectFileName): boolean =>
    options.force !== true && existingName(name, files.names) !== undefined
  const wanted = projectFileNames.filter((name) => !keep(name))
  const values = {
    project,
    schema: await schemaReference(files, signal),
    database: undefined,
    rails: false,
    registrySecret: false,
    ...plan.values,
    // Somebody else's Dockerfile may copy what was built outside, so that stays in the context.
    ...(keep('Dockerfile') ? {build: false} : {}),
  }
  // All are made before the first is written: a mistake leaves nothing half done.
  const contents = new Map<ProjectFileName, string>()
  for (const name of wanted) contents.set(name, await renderFile(name, plan, values, signal))
  await refuseDirectories(
    directory,
    wanted.map((name) => existingName(name, files.names) ?? name),
  )
  const written: InitFile[] = []
  for (const name of projectFileNames) written.push(await put(files, name, contents.get(name), options, signal))
  return {directory, project, flavour: plan.flavour, others, findings: plan.findings, files: written, notes: plan.notes}
}

const put = async (
  files: ProjectFiles,
  name: ProjectFileName,
  content: string | undefined,
  {force, dryRun}: InitOptions,
  signal: AbortSignal,
): Promise<InitFile> => {
  const existing = existingName(name, files.names)
  if (content === undefined) return {name: existing ?? name, action: 'kept', content}
  // Overwritten under the name that it has: beside an imm.yml, a new imm.yaml would be a second one.
  if (dryRun) return {name: existing ?? name, action: 'planned', content}
  if (force && existing !== undefined) {
    await replaceFile(path.join(files.directory, existing), content, signal)
    return {name: existing, action: 'overwritten', content}
  }
  const created = await createFile(path.join(files.directory, name), content, signal)
  return created ? {name, action: 'written', content} : {name, action: 'kept', content: undefined}
}
