import {randomBytes} from 'node:crypto'
import {cp, mkdir, mkdtemp, rename, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

import {slug} from '../../src/release/names.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A copy of a fixture in a temp directory, with a name that no other test has, and a home for imm. */
export interface TestProject extends AsyncDisposable {
  name: string
  directory: string
  home: string
  /** Writes a file as editors do: a temp file, then a rename. */
  write(file: string, content: string): Promise<void>
  remove(file: string): Promise<void>
}

const baseImage = (): string => process.env['IMM_TEST_BASE_NODE'] ?? 'imm-base/node:local'

export interface ProjectOptions {
  /** folder below fixtures/; `null`: an empty directory */
  fixture?: string | null
  /** what its directory is called, and with it the project where `settings` is `null`; by default the name itself */
  directoryOf?: (name: string) => string
  /** files on top of it */
  files?: Readonly<Record<string, string>>
  /** settings on top of project and build.args, as lines of imm.yaml; `null`: no imm.yaml */
  settings?: string | null
}

export const testProject = async ({
  fixture = 'node-hello',
  directoryOf = (unique) => unique,
  files = {},
  settings = '',
}: ProjectOptions = {}): Promise<TestProject> => {
  const place = await mkdtemp(path.join(tmpdir(), 'imm-e2e-'))
  const directory = path.join(place, directoryOf(`t${randomBytes(4).toString('hex')}`))
  const name = slug(path.basename(directory))
  await mkdir(directory)
  if (fixture) await cp(path.join(root, 'fixtures', fixture), directory, {recursive: true})
  const project: TestProject = {
    name,
    directory,
    home: path.join(place, 'home'),
    async write(file, content) {
      const target = path.join(directory, file)
      await mkdir(path.dirname(target), {recursive: true})
      await writeFile(`${target}.tmp~`, content)
      await rename(`${target}.tmp~`, target)
    },
    remove: (file) => rm(path.join(directory, file), {recursive: true}),
    [Symbol.asyncDispose]: () => rm(place, {recursive: true, force: true}),
  }
  if (settings !== null)
    await project.write('imm.yaml', `project: ${name}\nbuild: {args: {NODE_IMAGE: "${baseImage()}"}}\n${settings}\n`)
  for (const [file, content] of Object.entries(files)) await project.write(file, content)
  return project
}
