import {readdir, rm} from 'node:fs/promises'
import path from 'node:path'

import type {AppId} from '../release/identity.ts'
import type {StatePaths} from '../state/paths.ts'
import {memoryDirectories, privateDirectories} from './memory-directory.ts'

export interface LeftFiles {
  id: AppId
  /** absolute */
  directory: string
}

/** Apps whose secrets and configs lie on this host. */
export const leftFiles = async (paths: StatePaths, local: boolean): Promise<LeftFiles[]> => {
  const found: LeftFiles[] = []
  for (const {path: top} of await privateDirectories(await memoryDirectories(paths, local)))
    for (const project of await namesIn(top))
      for (const environment of await namesIn(path.join(top, project)))
        for (const app of await namesIn(path.join(top, project, environment)))
          found.push({id: {project, environment, app}, directory: path.join(top, project, environment, app)})
  return found
}

export const removeLeftFiles = async ({directory}: LeftFiles): Promise<void> =>
  rm(directory, {recursive: true, force: true})

const namesIn = async (directory: string): Promise<string[]> => readdir(directory).catch(() => [])
