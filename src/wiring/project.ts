import path from 'node:path'

import {loadSettings, type Loaded} from '../config/load.ts'
import type {Settings} from '../config/settings.ts'
import type {Project, ReadProject} from '../lifecycle/world.ts'
import type {AppFiles} from '../secrets/files.ts'
import {checkoutOf} from '../source/checkout.ts'
import {revisionOf} from '../source/git.ts'
import {openSource} from '../source/open.ts'
import {dockerfileOf} from './dockerfile.ts'
import type {Where} from './identify.ts'

/** The project that settings describe. Its source is watched from here on. */
export const projectOf = ({settings, files}: Loaded, {directory}: Where, before?: Project): Project => ({
  settings,
  source:
    before && watchesTheSame(before.settings, settings)
      ? before.source
      : openSource({
          project: directory,
          context: settings.build.context,
          dockerfile: settings.build.inline === undefined ? settings.build.dockerfile : undefined,
          settingsFiles: [...files, ...sourcesOf(settings)],
          outside: outsideOf(settings),
          watch: settings.watch,
        }),
  revision: async (signal) => revisionOf(directory, signal),
  checkout: async (signal) => checkoutOf(directory, [directory, settings.build.context], signal),
  dockerfile: async (signal) => dockerfileOf(settings, signal),
})

/** Reads the settings again; the name stays what it was when imm began, because routes, images and volumes carry it. */
export const projectReader =
  (where: Where, files: Pick<AppFiles, 'withDigests'>): ReadProject =>
  async (before, signal) => {
    const loaded = await loadSettings({directory: where.directory, flags: where.flags, signal})
    return projectOf({...loaded, settings: await files.withDigests(loaded.settings, signal)}, where, before)
  }

const watchesTheSame = (before: Settings, after: Settings): boolean =>
  JSON.stringify(watchedBy(before)) === JSON.stringify(watchedBy(after))

const watchedBy = ({build, files, watch}: Settings): unknown[] => [
  build.context,
  build.inline === undefined ? build.dockerfile : undefined,
  watch,
  sourcesOf({build, files}),
  outsideOf({build, files}),
]

/** No image has a secret, nor what is copied on top what an image keeps of its own. */
const outsideOf = ({build, files}: Pick<Settings, 'build' | 'files'>): string[] => [
  ...sourcesOf({build, files}, 'secret'),
  ...(build.copies ?? []).flatMap(({from, to, keeps = []}) =>
    keeps.map((kept) => path.join(build.context, from, path.posix.relative(to, kept))),
  ),
]

/** Files of this machine that secrets, or configs too, are read from: what is in them is a setting. */
const sourcesOf = ({build, files}: Pick<Settings, 'build' | 'files'>, kind?: 'secret'): string[] => {
  const mounted = files.filter((file) => kind === undefined || file.kind === kind).map(({source}) => source)
  const given = (build.secrets ?? []).map(({source}) => source)
  return [...mounted, ...given].flatMap((source) => (source.kind === 'file' ? source.path : []))
}
