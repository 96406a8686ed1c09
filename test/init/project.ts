import {mkdir, mkdtempDisposable, readdir, readFile, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {initProject, type InitOptions, type InitResult} from '../../src/init/init.ts'

export interface TestProject extends AsyncDisposable {
  directory: string
  init(options?: Partial<InitOptions>): Promise<InitResult>
  read(file: string): Promise<string>
  /** names at the top, sorted */
  names(): Promise<string[]>
}

/** Texts by path. Objects become JSON. */
export type Files = Readonly<Record<string, string | object>>

/** A project in a temporary directory, whose name has a space and is not ASCII: as those of people are. */
export const testProject = async (files: Files, name = 'my shöp'): Promise<TestProject> => {
  const parent = await mkdtempDisposable(path.join(tmpdir(), 'imm-init-'))
  const directory = path.join(parent.path, name)
  await mkdir(directory)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, file)), {recursive: true})
    await writeFile(path.join(directory, file), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return {
    directory,
    init: (options = {}) => initProject({directory, ...options}, AbortSignal.timeout(20_000)),
    read: (file) => readFile(path.join(directory, file), 'utf8'),
    names: async () => (await readdir(directory)).toSorted((a, b) => (a < b ? -1 : 1)),
    [Symbol.asyncDispose]: () => parent[Symbol.asyncDispose](),
  }
}

/** What was found out, as `start: node server.js (package.json)`. */
export const facts = ({findings}: InitResult): string[] =>
  findings.map(({what, value, file}) => `${what}: ${value} (${file ?? 'usual'})`)

/** The text that was, or would have been, written. */
export const written = ({files}: InitResult, name: string): string =>
  files.find((file) => file.name === name)?.content ?? ''
