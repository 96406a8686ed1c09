import {readdir} from 'node:fs/promises'
import path from 'node:path'

import {docker, imagesOf} from './engine-socket.ts'
import {testProject, type ProjectOptions, type TestProject} from './project.ts'

/** A project whose images are the test's to remove: what `imm build` makes outlives imm on purpose. */
export const projectToBuild = async (options: ProjectOptions = {}): Promise<TestProject> => {
  const project = await testProject(options)
  return {
    ...project,
    async [Symbol.asyncDispose]() {
      for (const {Id} of await imagesOf(project.name)) await docker().getImage(Id).remove({force: true})
      await project[Symbol.asyncDispose]()
    },
  }
}

/** Names of a project's images, sorted; `<none>` for what has none. */
export const namesOf = async ({name}: TestProject): Promise<string[]> =>
  (await imagesOf(name)).flatMap(({RepoTags}) => RepoTags ?? ['<none>']).toSorted()

/** Where builds of the project put what they unpack. */
export const unpackingIn = ({home}: TestProject): {TMPDIR: string} => ({TMPDIR: path.dirname(home)})

/** What they left there. */
export const leftUnpacked = async (project: TestProject): Promise<string[]> =>
  (await readdir(unpackingIn(project).TMPDIR)).filter((name) => name.startsWith('imm-build-'))
