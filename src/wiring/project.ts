import {hash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {locateInstruction} from '../config/dockerfile-step.ts'
import {readDockerfile} from '../config/dockerfile.ts'
import {loadSettings, type Loaded} from '../config/load.ts'
import type {Settings} from '../config/settings.ts'
import type {Dockerfile, Project, ReadProject} from '../lifecycle/world.ts'
import {checkoutOf} from '../source/checkout.ts'
import {revisionOf} from '../source/git.ts'
import {openSource} from '../source/open.ts'
import type {Where} from './identify.ts'
import {layoutOf} from './layout.ts'

/** The project that settings describe. Its source is watched from here on. */
export const projectOf = ({settings, files}: Loaded, {directory}: Where, before?: Project): Project => ({
  settings,
  source:
    before && watchesTheSame(before.settings, settings)
      ? before.source
      : openSource({
          project: directory,
          context: settings.build.context,
          dockerfile: settings.build.dockerfile,
          settingsFiles: files,
          watch: settings.watch,
        }),
  revision: async (signal) => revisionOf(directory, signal),
  checkout: async (signal) => checkoutOf(directory, [directory, settings.build.context], signal),
  dockerfile: async (signal) => dockerfileOf(settings, signal),
})

/** Reads the settings again; the name stays what it was when imm began, because routes, images and volumes carry it. */
export const projectReader =
  (where: Where): ReadProject =>
  async (before, signal) =>
    projectOf(await loadSettings({directory: where.directory, flags: where.flags, signal}), where, before)

const watchesTheSame = (before: Settings, after: Settings): boolean =>
  JSON.stringify([before.build.context, before.build.dockerfile, before.watch]) ===
  JSON.stringify([after.build.context, after.build.dockerfile, after.watch])

const dockerfileOf = async ({build}: Settings, signal: AbortSignal): Promise<Dockerfile> => {
  const text = await readFile(path.join(build.context, build.dockerfile), {encoding: 'utf8', signal})
  return {
    hash: hash('sha256', text),
    exposedPorts: readDockerfile(text, build).ports,
    locate: (step) => locateInstruction(text, step),
    layout: (anchor) => layoutOf(text, build, anchor),
  }
}
