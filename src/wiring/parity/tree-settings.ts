import {existsSync} from 'node:fs'
import path from 'node:path'

import {findConfigFile} from '../../config/find.ts'
import {loadSettings, type Loaded} from '../../config/load.ts'
import {ImmError} from '../../errors.ts'
import {listed, notFound} from '../../parity/sides/unknown.ts'
import type {PublishedPort} from '../../release/container.ts'
import {slug} from '../../release/names.ts'
import {loadApplication} from '../application.ts'

export interface TreeSettings {
  loaded: Loaded
  published: readonly PublishedPort[]
  /** the file that says how it is run, as findings name it: `imm.yaml`, `compose.yaml#web` */
  saidBy: string
}

/** How imm would run the source in a directory; APP_NOT_FOUND where it has several apps and none is named. */
export const treeSettings = async (
  directory: string,
  app: string | undefined,
  signal: AbortSignal,
): Promise<TreeSettings> => {
  const found = await loadApplication({directory, files: [], profiles: [], flags: {}}, signal)
  if (!found) {
    const loaded = await loadSettings({directory, flags: {}, signal})
    if (app !== undefined && slug(app) !== loaded.settings.app)
      throw notFound('app', app, path.basename(directory), [loaded.settings.app])
    return {loaded, published: [], saidBy: await configOf(directory, signal)}
  }
  const {application, warnings, besides} = found
  const names = application.apps.map(({name}) => name)
  const [only] = application.apps
  const meant = app === undefined && names.length === 1 ? only : application.apps.find(({name}) => name === app)
  if (meant)
    return {
      loaded: {settings: meant.settings, files: [...application.files], warnings},
      published: meant.published,
      saidBy:
        besides === meant.name
          ? await configOf(directory, signal)
          : serviceOf(application.files, meant.name, directory),
    }
  if (app !== undefined) throw notFound('app', app, path.basename(directory), names)
  throw new ImmError('APP_NOT_FOUND', `${path.basename(directory)} has several apps, and none is named`, {
    next: `Name one of ${listed(names)} behind a #.`,
  })
}

const configOf = async (directory: string, signal: AbortSignal): Promise<string> =>
  (await findConfigFile(directory, signal))?.place([]).file ?? "imm's defaults"

/** Files that are looked for and are not there are among them. */
const serviceOf = (files: readonly string[], name: string, directory: string): string =>
  `${path.relative(directory, files.find((file) => existsSync(file)) ?? directory)}#${name}`
