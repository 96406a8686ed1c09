import {rm} from 'node:fs/promises'
import path from 'node:path'

import type {EnvironmentId} from '../release/identity.ts'

/** Everything that was kept of an environment: its history, its releases, its numbers, and how its apps are found. */
export const forgetEnvironment = async (home: string, {project, environment}: EnvironmentId): Promise<void> => {
  const places = [
    ...['ledger', 'releases', 'numbers'].map((folder) => path.join(home, folder, project, environment)),
    path.join(home, 'names', project, `${environment}.json`),
  ]
  await Promise.all(places.map(async (place) => rm(place, {recursive: true, force: true})))
}
