import {readFile} from 'node:fs/promises'
import path from 'node:path'

import type {TestProject} from './project.ts'

/** A file of a project, as text. */
export const read = async ({directory}: Pick<TestProject, 'directory'>, file: string): Promise<string> =>
  readFile(path.join(directory, file), 'utf8')
