import {ImmError, isImmError} from '../../errors.ts'
import {slug} from '../../release/names.ts'
import {currentRef} from '../../source/repository/current.ts'
import type {Ref, Repository} from '../../source/repository/ref.ts'
import {resolveRef} from '../../source/repository/resolve.ts'
import type {StatePaths} from '../../state/paths.ts'
import {listPreviews, type PreviewRecord} from '../../state/previews.ts'
import {openLocal} from './open-source.ts'

/** Previews that a directory means: those of its repository, its own project's first; all where it is in none. */
export const previewsHere = async (
  directory: string,
  {home}: Pick<StatePaths, 'home'>,
  signal: AbortSignal,
): Promise<{repository: Repository | undefined; records: PreviewRecord[]}> => {
  const repository = await repositoryHere(directory, signal)
  const all = await listPreviews(home)
  if (!repository) return {repository, records: all}
  const records = all.filter((one) => one.repository === repository.gitDir)
  const own = records.filter((one) => isOfProject(one, repository))
  return {repository, records: [...own, ...records.filter((one) => !own.includes(one))]}
}

/** Of the same directory of the same repository. */
export const isOfProject = (
  {repository, subdirectory}: Pick<PreviewRecord, 'repository' | 'subdirectory'>,
  of: Pick<Repository, 'gitDir' | 'subdirectory'>,
): boolean => repository === of.gitDir && subdirectory === of.subdirectory

/** Those that a name may mean there: never one of a project beside it. */
const inReach = (records: readonly PreviewRecord[], {subdirectory = ''}: Pick<Repository, 'subdirectory'>) =>
  subdirectory === ''
    ? records
    : records
        .filter(({subdirectory: of = ''}) => of === '' || of === subdirectory || subdirectory.startsWith(`${of}/`))
        .toSorted((a, b) => (b.subdirectory ?? '').length - (a.subdirectory ?? '').length)

const repositoryHere = async (directory: string, signal: AbortSignal): Promise<Repository | undefined> => {
  try {
    return await openLocal(directory, signal)
  } catch (error) {
    if (isImmError(error, 'NOT_A_REPOSITORY')) return undefined
    throw error
  }
}

/** Names as they were typed: those that are refs of a repository, each ref once, and those that are not. */
export interface NamedRefs {
  refs: readonly Ref[]
  unknown: readonly {name: string; error: ImmError}[]
}

/** Refs of a repository by their names; without any, what is checked out in the directory. */
export const refsNamed = async (
  repository: Repository,
  names: readonly string[],
  directory: string,
  signal: AbortSignal,
): Promise<NamedRefs> => {
  if (names.length === 0) return {refs: [await currentRef(directory, signal)], unknown: []}
  const refs = new Map<string, Ref>()
  const unknown: {name: string; error: ImmError}[] = []
  for (const name of new Set(names)) {
    try {
      const ref = await resolveRef(repository, name, signal)
      refs.set(ref.ref, ref)
    } catch (error) {
      signal.throwIfAborted()
      if (!isImmError(error)) throw error
      unknown.push({name, error})
    }
  }
  return {refs: [...refs.values()], unknown}
}

/** The previews of these names, of refs or of environments, that need not be in the repository any more. PREVIEW_NOT_FOUND names those there are. */
export const previewsNamed = async (
  names: readonly string[],
  directory: string,
  paths: Pick<StatePaths, 'home'>,
  signal: AbortSignal,
): Promise<PreviewRecord[]> => {
  const {repository, records: all} = await previewsHere(directory, paths, signal)
  const records = repository ? inReach(all, repository) : all
  const wanted = names.length > 0 ? names : [(await currentRef(directory, signal)).name]
  return Promise.all(wanted.map(async (name) => named(name, records, repository, signal)))
}

const named = async (
  name: string,
  records: readonly PreviewRecord[],
  repository: Repository | undefined,
  signal: AbortSignal,
): Promise<PreviewRecord> => {
  const exact =
    records.find((one) => one.name === name || one.ref === name) ??
    records.find(({environment}) => environment === name) ??
    records.find(({environment}) => environment === slug(name))
  if (exact) return exact
  const ref = repository && (await resolveRef(repository, name, signal).catch(() => undefined))
  const found = records.find((one) => one.ref === ref?.ref)
  if (found) return found
  const known = records.map((one) => one.name).join(', ')
  throw new ImmError('PREVIEW_NOT_FOUND', `there is no preview of ${name}`, {
    next: known === '' ? undefined : `There are previews of ${known}.`,
  })
}
