import path from 'node:path'

import type {EnvironmentId} from '../../release/identity.ts'

/** Where the commit of a preview is checked out. */
export const checkoutPlace = (home: string, {project, environment}: EnvironmentId): string =>
  path.join(home, 'checkouts', project, environment)

/** Where a project of a repository is in a working tree, or a checkout. */
export const placeIn = (worktree: string, subdirectory: string | undefined): string =>
  subdirectory === undefined ? worktree : path.join(worktree, ...subdirectory.split('/'))
