import {kindOf} from '../../config/context.ts'
import {loadSettings} from '../../config/load.ts'
import {projectName} from '../../config/project-name.ts'
import {ImmError, isImmError} from '../../errors.ts'
import {slug} from '../../release/names.ts'
import type {Repository} from '../../source/repository/ref.ts'
import type {StatePaths} from '../../state/paths.ts'
import {claimProject, claimsOf} from '../../state/projects.ts'
import {loadApplication} from '../application.ts'
import {placeIn} from './places.ts'

/**
 * The project that a repository's previews are of: the one that `imm dev` has in its main working tree, or in that directory of it, so that each sees the other's names,
 * images and volumes.
 */
export const projectOfRepository = async (
  {name, gitDir, worktree, subdirectory}: Pick<Repository, 'name' | 'gitDir' | 'worktree' | 'subdirectory'>,
  {home}: Pick<StatePaths, 'home'>,
  isTaken: (project: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<string> => {
  const directory = worktree === undefined ? gitDir : placeIn(worktree, subdirectory)
  if (subdirectory !== undefined && (await kindOf(directory)) !== 'directory')
    throw new ImmError('PROJECT_NOT_FOUND', `The main working tree has no ${subdirectory}.`, {
      next: `Check out a branch that has it in ${worktree ?? gitDir}: settings come from there.`,
    })
  const wanted = worktree === undefined ? slug(name) : await nameOf(directory, home, signal)
  return (await claimProject({home, slug: wanted, directory, isTaken, signal})).slug
}

/** What the working tree says now may be wrong in any way: then it keeps the name that it has. */
const nameOf = async (directory: string, home: string, signal: AbortSignal): Promise<string> => {
  try {
    const application = await loadApplication({directory, files: [], profiles: [], flags: {}}, signal)
    return application ? application.id.project : (await loadSettings({directory, flags: {}, signal})).settings.project
  } catch (error) {
    signal.throwIfAborted()
    if (!isImmError(error)) throw error
    const [known] = await claimsOf(home, directory, signal)
    return known ?? (await projectName(directory, signal)).slug
  }
}
