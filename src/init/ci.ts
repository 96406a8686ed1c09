import {mkdir, stat} from 'node:fs/promises'
import path from 'node:path'

import {dockerfileNames} from '../config/defaults.ts'
import {projectName} from '../config/project-name.ts'
import {ImmError} from '../errors.ts'
import {pipelines, type CiSystem} from './ci-systems.ts'
import type {InitFile, InitOptions} from './init.ts'
import {openProject, type ProjectFiles} from './project-files.ts'
import {renderTemplate} from './templates.ts'
import {createFile, refuseDirectories, replaceFile, unwritable} from './write.ts'

export interface CiOptions extends Pick<InitOptions, 'directory' | 'force' | 'dryRun'> {
  system: CiSystem
}

export interface CiInit {
  /** absolute */
  directory: string
  project: string
  system: CiSystem
  file: InitFile
  /** what is there is not what would be written */
  differs: boolean
  notes: readonly string[]
}

// Until imm is on npm, it is installed as README.md says.
const source = 'https://github.com/imm-dev/imm'

/** Writes the pipeline that builds, verifies and previews what is pushed. What is there already is kept unless forced, as for the other files. */
export const initCi = async (options: CiOptions, signal: AbortSignal): Promise<CiInit> => {
  const directory = path.resolve(options.directory)
  const files = await openProject(directory)
  await refuseBelow(directory, options.system)
  const {slug: project} = await projectName(directory, signal)
  const {template, names, directory: place} = pipelines[options.system]
  const build = dockerfileNames.some((name) => files.names.has(name))
  const content = await renderTemplate(template, {project, source, build}, signal)
  const there = await files.list(place)
  const existing = names.find((name) => there.includes(name))
  const name = path.posix.join(place, existing ?? names[0])
  await refuseDirectories(directory, [name])
  const same = existing !== undefined && (await files.text(name, signal)) === content
  const action = await put(
    path.join(directory, name),
    content,
    {...options, exists: existing !== undefined, same},
    signal,
  )
  const kept = action === 'kept'
  return {
    directory,
    project,
    system: options.system,
    file: {name, action, content: kept ? undefined : content},
    differs: kept && !same,
    notes: notesOf(files, build),
  }
}

interface Putting extends CiOptions {
  exists: boolean
  same: boolean
}

const put = async (
  file: string,
  content: string,
  {exists, same, force, dryRun}: Putting,
  signal: AbortSignal,
): Promise<InitFile['action']> => {
  if (same || (exists && !force)) return 'kept'
  if (dryRun) return 'planned'
  if (exists) {
    await replaceFile(file, content, signal)
    return 'overwritten'
  }
  await mkdir(path.dirname(file), {recursive: true}).catch((error: unknown) =>
    Promise.reject(unwritable(path.dirname(file), error, signal)),
  )
  return (await createFile(file, content, signal)) ? 'written' : 'kept'
}

const isTop = async (place: string): Promise<boolean> =>
  (await stat(path.join(place, '.git')).catch(() => undefined)) !== undefined

/** Systems read their pipelines at the top of a repository: further down the file would be one that nobody looks at. */
const refuseBelow = async (directory: string, system: CiSystem): Promise<void> => {
  if (await isTop(directory)) return
  for (
    let above = path.dirname(directory), below = directory;
    above !== below;
    below = above, above = path.dirname(above)
  )
    if (await isTop(above))
      throw new ImmError(
        'USAGE',
        `${directory} is inside the repository ${above}, and pipelines are read at its top.`,
        {
          next: `Run \`imm init --ci ${system}\` there.`,
        },
      )
}

const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

const notesOf = ({names}: ProjectFiles, build: boolean): string[] =>
  build || composeFiles.some((name) => names.has(name))
    ? []
    : ['there is no Dockerfile and no Compose file here yet: `imm init` writes a Dockerfile.']
