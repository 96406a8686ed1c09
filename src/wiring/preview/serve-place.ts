import {createHash} from 'node:crypto'
import path from 'node:path'

import type {Repository} from '../../source/repository/ref.ts'
import type {StatePaths} from '../../state/paths.ts'

/** Where serve keeps what it needs of a repository, or of one project in it. All absolute. */
export interface ServePlace {
  memory: string
  /** webhooks that were received */
  deliveries: string
  /** settings of a repository that has no working tree */
  settings: string
  /** held while serve runs */
  socket: string
}

export const servePlace = (
  {home, runtime}: StatePaths,
  {gitDir, subdirectory}: Pick<Repository, 'gitDir' | 'subdirectory'>,
): ServePlace => {
  const name = subdirectory === undefined ? gitDir : `${gitDir}\0${subdirectory}`
  const key = createHash('sha256').update(name).digest('hex').slice(0, 12)
  const directory = path.join(home, 'serve', key)
  return {
    memory: path.join(directory, 'memory.json'),
    deliveries: path.join(directory, 'deliveries'),
    settings: path.join(directory, 'settings'),
    socket: path.join(runtime, `serve-${key}.sock`),
  }
}
