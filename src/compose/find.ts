import {stat} from 'node:fs/promises'
import path from 'node:path'

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const overrides = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]

/** every name that a Compose file has by itself */
export const composeFileNames: readonly string[] = [...names, ...overrides]

/** The Compose file of a directory with its override file, or of the nearest directory above; empty where there is none. */
export const findComposeFiles = async (directory: string): Promise<string[]> => {
  const found = await findComposeFilesIn(directory)
  if (found.length > 0) return found
  const parent = path.dirname(directory)
  return parent === directory ? [] : findComposeFiles(parent)
}

/** The same of this directory alone. */
export const findComposeFilesIn = async (directory: string): Promise<string[]> => {
  const file = await firstOf(directory, names)
  if (file === undefined) return []
  const override = await firstOf(directory, overrides)
  return override === undefined ? [file] : [file, override]
}

const firstOf = async (directory: string, candidates: readonly string[]): Promise<string | undefined> => {
  for (const name of candidates) {
    const file = path.join(directory, name)
    const isFile = await stat(file).then(
      (found) => found.isFile(),
      () => false,
    )
    if (isFile) return file
  }
  return undefined
}
