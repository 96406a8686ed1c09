import {randomBytes} from 'node:crypto'
import {existsSync} from 'node:fs'
import path from 'node:path'

import {findConfigFile} from '../../config/find.ts'
import {loadSettings, type Loaded} from '../../config/load.ts'
import {temporaryReference} from '../../engine/docker/canonical/intermediate.ts'
import {ImmError} from '../../errors.ts'
import type {SideFacts} from '../../parity/facts.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import {listed, notFound} from '../../parity/sides/unknown.ts'
import type {PublishedPort} from '../../release/container.ts'
import {slug} from '../../release/names.ts'
import {canonicalReference} from '../../release/reproducible.ts'
import {loadApplication} from '../application.ts'
import {type BuiltImage, runBuild} from '../build.ts'
import type {OpenContext} from './context.ts'
import {existing} from './place.ts'
import {settingsRun} from './settings-run.ts'

/** The source in a directory, as `imm build` makes an image of it, and as imm would run that. */
export const treeSide = async (
  {directory, app}: Extract<Reference, {kind: 'tree'}>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> =>
  builtSide({directory: await existing(context.cwd, directory, 'directory'), app}, context, signal)

export interface Tree {
  /** absolute */
  directory: string
  app: string | undefined
  /** the commit that it is; undefined: git is asked */
  revision?: string
}

const never = new AbortController().signal

/** Builds, reads and removes: the image stays where it has other names, because somebody made it before. */
export const builtSide = async (
  {directory, app, revision}: Tree,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  const {loaded, published, saidBy} = await settingsOf(directory, app, signal)
  const engine = await context.engine(signal)
  const mark = randomBytes(4).toString('hex')
  await using stack = new AsyncDisposableStack()
  let built: BuiltImage | undefined
  await runBuild(
    {
      directory,
      flags: {},
      loaded,
      ...(revision === undefined ? {} : {revision}),
      // Left by one that is killed, the next build of the project takes it away.
      reference(identity) {
        const name = temporaryReference(canonicalReference(identity), Date.now(), mark)
        stack.defer(async () => engine.untag(name, never))
        return name
      },
      tags: [],
      fresh: false,
      verify: false,
      onStep: context.onStep,
      onWarning: context.onWarning,
      onBuilt: (made) => (built = made),
    },
    signal,
  )
  if (!built) throw new ImmError('BUILD_FAILED', 'the build made no image')
  const {image, gaps} = await context.image(built.image, signal)
  return {
    image: {...image, names: image.names.filter((name) => !name.includes(mark))},
    run: settingsRun(saidBy, {settings: loaded.settings, published}),
    gaps,
  }
}

const settingsOf = async (
  directory: string,
  app: string | undefined,
  signal: AbortSignal,
): Promise<{loaded: Loaded; published: readonly PublishedPort[]; saidBy: string}> => {
  const found = await loadApplication({directory, files: [], profiles: [], flags: {}}, signal)
  if (!found) {
    const loaded = await loadSettings({directory, flags: {}, signal})
    if (app !== undefined && slug(app) !== loaded.settings.app)
      throw notFound('app', app, path.basename(directory), [loaded.settings.app])
    const file = await findConfigFile(directory, signal)
    return {loaded, published: [], saidBy: file?.place([]).file ?? "imm's defaults"}
  }
  const {application, warnings} = found
  const names = application.apps.map(({name}) => name)
  const [only] = application.apps
  const meant = app === undefined && names.length === 1 ? only : application.apps.find(({name}) => name === app)
  if (meant)
    return {
      loaded: {settings: meant.settings, files: [...application.files], warnings},
      published: meant.published,
      // Those that are looked for and are not there are among them.
      saidBy: `${path.basename(application.files.find((file) => existsSync(file)) ?? directory)}#${meant.name}`,
    }
  if (app !== undefined) throw notFound('app', app, path.basename(directory), names)
  throw new ImmError('APP_NOT_FOUND', `${path.basename(directory)} has several apps, and none is named`, {
    next: `Name one of ${listed(names)} behind a #.`,
  })
}
