import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

/** A directory with the given files (content by path), gone at the end of the test. */
export interface TemporaryProject extends AsyncDisposable {
  /** absolute and real */
  readonly directory: string
  write(file: string, content: string): Promise<void>
}

export const temporaryProject = async (
  files: Readonly<Record<string, string>> = {},
  name = 'shop',
): Promise<TemporaryProject> => {
  const parent = await realpath(await mkdtemp(path.join(tmpdir(), 'imm-test-')))
  const directory = path.join(parent, name)
  await mkdir(directory)
  const write = async (file: string, content: string) => {
    await mkdir(path.dirname(path.join(directory, file)), {recursive: true})
    await writeFile(path.join(directory, file), content)
  }
  for (const [file, content] of Object.entries(files)) await write(file, content)
  return {directory, write, [Symbol.asyncDispose]: () => rm(parent, {recursive: true})}
}
