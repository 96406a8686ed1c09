import {mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import path from 'node:path'

import type {EnvironmentId} from '../release/identity.ts'

const fileOf = (home: string, {project, environment}: EnvironmentId): string =>
  path.join(home, 'names', project, `${environment}.json`)

/** Keeps how the apps of an environment are found, for who replaces a container where no imm dev runs. */
export const saveNames = async (home: string, id: EnvironmentId, names: unknown): Promise<void> => {
  const file = fileOf(home, id)
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
  const fresh = `${file}.${process.pid}`
  await writeFile(fresh, JSON.stringify(names), {mode: 0o600})
  await rename(fresh, file)
}

/** Undefined where nothing was kept, or nothing that can be read: containers are started without names then. */
export const readNames = async (home: string, id: EnvironmentId): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(fileOf(home, id), 'utf8')) as unknown
  } catch {
    return undefined
  }
}
