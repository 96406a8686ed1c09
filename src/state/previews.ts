import {randomUUID} from 'node:crypto'
import {link, mkdir, readdir, readFile, rename, rm, rmdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

import type {z} from 'zod'

import {ImmBug} from '../errors.ts'
import {environmentNames, type NamedRef} from '../preview/names.ts'
import type {EnvironmentId} from '../release/identity.ts'
import type {previewRecord} from './preview-record.ts'

/** What is known of a preview beside its containers, and what can be read again from git and their labels. */
export type PreviewRecord = z.output<typeof previewRecord>

const directoryOf = (home: string, project: string): string => path.join(home, 'previews', project)
const fileOf = (home: string, {project, environment}: EnvironmentId): string =>
  path.join(directoryOf(home, project), `${environment}.json`)
const claimOf = (home: string, {project, environment}: EnvironmentId): string =>
  path.join(directoryOf(home, project), `${environment}.claim`)

/** Whole or not at all, and for its owner's eyes only. */
export const savePreview = async (home: string, record: PreviewRecord): Promise<void> => {
  const file = fileOf(home, record)
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
  const draft = `${file}.${randomUUID()}.draft`
  try {
    await writeFile(draft, JSON.stringify(record), {flag: 'wx', mode: 0o600})
    await rename(draft, file)
  } finally {
    await rm(draft, {force: true})
  }
}

/** Undefined where there is none, or none that makes sense: such a file is set aside as `<environment>.json.unreadable`. */
export const readPreview = async (home: string, id: EnvironmentId): Promise<PreviewRecord | undefined> => {
  const file = fileOf(home, id)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch {
    return undefined
  }
  // Only here: who has no previews need not wait until zod is loaded.
  const {previewRecord} = await import('./preview-record.ts')
  const parsed = previewRecord.safeParse(parsedJson(text))
  if (parsed.success && parsed.data.project === id.project && parsed.data.environment === id.environment)
    return parsed.data
  await rename(file, `${file}.unreadable`).catch(() => {})
  return undefined
}

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All of them, or those of one project, in the order of the alphabet. */
export const listPreviews = async (home: string, project?: string): Promise<PreviewRecord[]> => {
  const projects = project === undefined ? await namesIn(path.join(home, 'previews')) : [project]
  const ids = await Promise.all(
    projects.map(async (one) =>
      (await namesIn(directoryOf(home, one)))
        .filter((name) => name.endsWith('.json'))
        .map((name) => ({project: one, environment: path.basename(name, '.json')})),
    ),
  )
  const records = await Promise.all(ids.flat().map(async (id) => readPreview(home, id)))
  return records.filter((record) => record !== undefined)
}

const namesIn = async (directory: string): Promise<string[]> => {
  const names: string[] = await readdir(directory).catch(() => [])
  return names.toSorted()
}

/** Forgets a preview, and gives its environment's name back. */
export const removePreview = async (home: string, id: EnvironmentId): Promise<void> => {
  await rm(fileOf(home, id), {force: true})
  await rm(`${fileOf(home, id)}.unreadable`, {force: true})
  await rm(claimOf(home, id), {force: true})
  // The last one takes the directory along; it stays where others are in it.
  await rmdir(directoryOf(home, id.project)).catch(() => {})
}

/**
 * Gives a ref an environment that no other ref of the project has, the same one each time until `removePreview`. `isTaken` tells of
 * environments that are no preview's, such as those of `imm dev --environment`.
 */
export const claimEnvironment = async (
  home: string,
  project: string,
  ref: NamedRef,
  isTaken: (environment: string) => boolean | Promise<boolean> = () => false,
): Promise<string> => {
  const names = environmentNames(ref)
  for (const environment of names) if ((await ownerOf(home, {project, environment})) === ref.ref) return environment
  for (const environment of names)
    if (!(await isTaken(environment)) && (await claim(home, {project, environment}, ref.ref))) return environment
  throw new ImmBug(`no name is left for ${ref.ref} in ${project}`)
}

/** The ref that an environment belongs to. */
const ownerOf = async (home: string, id: EnvironmentId): Promise<string | undefined> => {
  try {
    return await readFile(claimOf(home, id), 'utf8')
  } catch {
    return undefined
  }
}

/** A link fails where the name is taken, and a reader never finds half a file: of two processes one gets it. */
const claim = async (home: string, id: EnvironmentId, ref: string): Promise<boolean> => {
  const file = claimOf(home, id)
  const draft = `${file}.${randomUUID()}.draft`
  for (;;) {
    await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
    try {
      await writeFile(draft, ref, {flag: 'wx', mode: 0o600})
      await link(draft, file)
      return true
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EEXIST') return (await ownerOf(home, id)) === ref
      // The directory went with the last preview in it between the two calls.
      if (code !== 'ENOENT') throw error
    } finally {
      await rm(draft, {force: true})
    }
  }
}
