import {cp} from 'node:fs/promises'
import path from 'node:path'

import {execa} from 'execa'

import type {TestProject} from './project.ts'
import {read} from './read.ts'

/** Takes the name out of imm.yaml: it is package.json's, as in most projects. */
export const namedByPackage = async (project: TestProject): Promise<void> => {
  await project.write('package.json', JSON.stringify({name: `@acme/${project.name}`, type: 'module'}))
  await project.write('imm.yaml', (await read(project, 'imm.yaml')).replace(/^project:.*\n/, ''))
}

/** Another directory with the same files, below the same home of imm; it goes with the project. */
export const copyOf = async (project: TestProject): Promise<TestProject> => {
  const directory = path.join(path.dirname(project.directory), 'copy')
  await cp(project.directory, directory, {recursive: true})
  return elsewhere(project, directory)
}

/** The project as a git repository, and a second worktree of it. */
export const worktreeOf = async (project: TestProject): Promise<TestProject> => {
  const directory = path.join(path.dirname(project.directory), 'worktree')
  const who = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@localhost']
  const git = async (...args: string[]) => execa('git', [...who, ...args], {cwd: project.directory})
  await git('init', '--quiet')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'As it is')
  await git('worktree', 'add', '--quiet', '-b', 'other', directory)
  return elsewhere(project, directory)
}

/** Its name is imm's to tell: set it before what is left of it is looked for. */
const elsewhere = (project: TestProject, directory: string): TestProject => {
  const place = (file: string) => path.relative(project.directory, path.join(directory, file))
  return {
    ...project,
    directory,
    write: async (file, content) => project.write(place(file), content),
    remove: async (file) => project.remove(place(file)),
  }
}
