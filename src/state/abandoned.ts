import {readdir, rm} from 'node:fs/promises'
import path from 'node:path'

import {isAbandoned} from './projects.ts'

/** What imm keeps by project, below its state directory. */
const folders = ['projects', 'numbers', 'releases', 'ledger', 'previews'] as const

/** Names of projects whose directory is gone for certain. One that nobody has claimed is not among them: its state may be lost. */
export const abandonedProjects = async (home: string, signal: AbortSignal): Promise<string[]> => {
  const slugs = await readdir(path.join(home, 'projects')).catch(() => [])
  const gone = await Promise.all(slugs.map(async (slug) => isAbandoned(home, slug, signal)))
  return slugs.filter((_, index) => gone[index])
}

/** Forgets a project: its name, numbers, records, history and previews. */
export const forgetProject = async (home: string, slug: string, signal: AbortSignal): Promise<void> => {
  for (const folder of folders) {
    signal.throwIfAborted()
    await rm(path.join(home, folder, slug), {recursive: true, force: true})
  }
}
