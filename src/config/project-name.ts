import path from 'node:path'

import {slug} from '../release/names.ts'
import {readText} from './read-text.ts'

export interface ProjectName {
  slug: string
  /** the file that the name came from, absolute; undefined for the directory's own name */
  file: string | undefined
  warnings: string[]
}

/** A project's name where nothing sets it: package.json's without its scope, else the directory's. */
export const projectName = async (directory: string, signal: AbortSignal): Promise<ProjectName> => {
  const file = path.join(directory, 'package.json')
  const fallback = {slug: slug(path.basename(directory)), file: undefined}
  let text: string
  try {
    text = await readText(file, signal)
  } catch {
    signal.throwIfAborted()
    return {...fallback, warnings: []}
  }
  try {
    const name = (JSON.parse(text.replace(/^\uFEFF/, '')) as {name?: unknown} | null)?.name
    if (typeof name !== 'string' || name === '') return {...fallback, warnings: []}
    return {slug: slug(name.replace(/^@[^/]*\//, '')), file, warnings: []}
  } catch {
    return {
      ...fallback,
      warnings: [`package.json is not valid JSON; the project is called ${fallback.slug} after its directory.`],
    }
  }
}
