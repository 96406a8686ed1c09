import {open} from 'node:fs/promises'
import path from 'node:path'

import {askGit} from './git.ts'
import {indexOf} from './memory.ts'

const start = 'version https://git-lfs.github.com/spec/v1\n'

const named = 3

/** Files that should have the content which Git LFS keeps elsewhere, and hold the pointer to it instead. */
export const pointersOf = async (
  place: {gitDir: string; directory: string; memory: string},
  signal: AbortSignal,
): Promise<string[]> => {
  const {gitDir, directory, memory} = place
  const env = {GIT_INDEX_FILE: indexOf(memory), GIT_WORK_TREE: directory}
  const {stdout} = await askGit(
    ['-C', directory, 'ls-files', '-z', '--', ':(top,attr:filter=lfs)'],
    {gitDir, env},
    signal,
  )
  const found: string[] = []
  for (const file of stdout.split('\0'))
    if (file !== '' && (await isPointer(path.join(directory, file)))) found.push(file)
  return found
}

const isPointer = async (file: string): Promise<boolean> => {
  try {
    await using handle = await open(file)
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(start.length), 0, start.length, 0)
    return buffer.toString('latin1', 0, bytesRead) === start
  } catch {
    // A link to nowhere, or a name that is no text.
    return false
  }
}

/** Undefined where there is none. */
export const pointerWarning = (files: readonly string[], prefix: string): string | undefined => {
  if (files.length === 0) return undefined
  const first = files
    .slice(0, named)
    .map((file) => path.posix.join(prefix, file))
    .join(', ')
  const more = files.length > named ? ` and ${files.length - named} more` : ''
  return `${first}${more} hold Git LFS pointers instead of their content: install git-lfs, then run \`git lfs install\` and \`git lfs fetch --all\` in the repository.`
}
