import {randomBytes} from 'node:crypto'

import {temporaryReference} from '../../engine/docker/canonical/intermediate.ts'
import {ImmError} from '../../errors.ts'
import type {SideFacts} from '../../parity/facts.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import {canonicalReference} from '../../release/reproducible.ts'
import {type BuiltImage, runBuild} from '../build.ts'
import type {OpenContext} from './context.ts'
import {existing} from './place.ts'
import {settingsRun} from './settings-run.ts'
import {treeSettings} from './tree-settings.ts'

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
  const {loaded, published, saidBy} = await treeSettings(directory, app, signal)
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
