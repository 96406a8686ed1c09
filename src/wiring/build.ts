import type {SettingFlags} from '../config/flags.ts'
import {type Loaded, loadSettings} from '../config/load.ts'
import {ImmError, isImmError} from '../errors.ts'
import {instructionsOf} from '../lifecycle/full-build.ts'
import {makePlan, type Plan} from '../lifecycle/plan.ts'
import type {BuildStep, CanonicalImage, Engine} from '../lifecycle/ports.ts'
import {baseLabels} from '../release/base-labels.ts'
import {
  canonicalLabels,
  canonicalReference,
  epochOf,
  fullReference,
  type CanonicalIdentity,
} from '../release/reproducible.ts'
import type {AppFiles} from '../secrets/files.ts'
import {cleanRevisionOf} from '../source/clean-revision.ts'
import {statePaths} from '../state/paths.ts'
import {builtStage} from './built-stage.ts'
import {dockerfileText} from './dockerfile.ts'
import {openEngine} from './engine.ts'
import {openFiles} from './files.ts'
import {projectOf} from './project.ts'
import {verifyImage, type Verdict} from './verify-image.ts'

export interface BuildOptions {
  /** of the project; absolute */
  directory: string
  flags: SettingFlags
  /** settings that are known already; undefined: they are read */
  loaded?: Loaded
  /** the commit that the source is; undefined: git is asked */
  revision?: string
  /** the image's name; undefined: that of all images of the source */
  reference?: (identity: CanonicalIdentity) => string
  /** more names for the image */
  tags: readonly string[]
  /** nothing from the build cache */
  fresh: boolean
  /** compare it with what `imm dev` made of the same source */
  verify: boolean
  onStep: (step: BuildStep) => void
  onWarning: (message: string) => void
  onBuilt: (built: BuiltImage) => void
}

export interface BuiltImage extends CanonicalIdentity, CanonicalImage {
  references: readonly string[]
}

/** Makes the full image of the source as it is now, the same on every machine, and names it. No imm dev notices. */
export const runBuild = async (options: BuildOptions, signal: AbortSignal): Promise<Verdict | undefined> => {
  const {directory, flags, fresh, verify, onStep, onWarning, onBuilt} = options
  const epochS = epochOf(process.env)
  const paths = statePaths()
  const tags = options.tags.map(tagOf)
  const [{engine}, loaded] = await Promise.all([
    openEngine(paths, signal),
    options.loaded ?? loadSettings({directory, flags, signal}),
  ])
  await using stack = new AsyncDisposableStack()
  const project = projectOf(loaded, {directory, environment: 'main', flags})
  stack.use(project.source)
  const {build} = loaded.settings
  const places = [directory, build.context]
  const [snapshot, revision] = await Promise.all([
    project.source.snapshot(signal),
    options.revision ?? cleanRevisionOf(directory, places, signal),
  ])
  for (const message of [...loaded.warnings, ...snapshot.warnings]) onWarning(message)
  const plan = makePlan(project, snapshot)
  const {project: name, app} = loaded.settings
  const identity = {project: name, app, snapshot: snapshot.digest, settings: plan.buildDigest, revision}
  // What imm dev made is looked for first: who has nothing to compare with need not wait for a build.
  const verified = verify ? await verifyImage(plan, engine, signal) : undefined
  const files = openFiles({id: {project: name, app, environment: 'main'}, paths, directory, engine, note: onWarning})
  const reference = options.reference?.(identity) ?? canonicalReference(identity)
  const stage = builtStage((await dockerfileText(loaded.settings, signal)).built, build)
  const request = {...stage, reference, epochS, fresh, onStep}
  const made = await canonical(plan, identity, request, {engine, files}, signal)
  for (const tag of tags) await engine.tag(made.image.id, tag, signal)
  onBuilt({...identity, ...made, references: [reference, ...tags]})
  return await verified?.compare(made.image, signal)
}

interface Request {
  reference: string
  base: string | undefined
  steps: number
  epochS: number
  fresh: boolean
  onStep: (step: BuildStep) => void
}

const canonical = async (
  plan: Plan,
  identity: CanonicalIdentity,
  request: Request,
  {engine, files}: {engine: Engine; files: AppFiles},
  signal: AbortSignal,
): Promise<CanonicalImage> => {
  const {source} = plan.project
  try {
    return await engine.canonical(
      {
        ...request,
        context: () => source.pack(plan.snapshot, signal),
        ...(source.tree ? {tree: source.tree(plan.snapshot)} : {}),
        ...(await instructionsOf(plan, files, signal)),
        labels: {...canonicalLabels(identity), ...baseLabels(request.base)},
      },
      signal,
    )
  } catch (error) {
    if (isImmError(error, 'BUILD_FAILED')) throw await withLine(error, plan, signal)
    if (!isImmError(error, 'SNAPSHOT_MOVED')) throw error
    throw new ImmError(error.code, error.message, {next: 'Wait until nothing writes to the project, then build again.'})
  }
}

/** Names the line of the Dockerfile that failed: an editor's terminal makes it a link. */
const withLine = async (
  {code, message, output, step, cause}: ImmError,
  {project}: Plan,
  signal: AbortSignal,
): Promise<ImmError> => {
  const line = step === undefined ? undefined : (await project.dockerfile(signal)).locate(step)
  const where = line === undefined ? '' : `${project.settings.build.dockerfile}:${line}: `
  const next = 'Correct the failing instruction, then build again.'
  return new ImmError(code, `${where}${message}`, {next, output, step, cause})
}

const tagOf = (name: string): string => {
  const full = fullReference(name)
  if (full !== undefined) return full
  throw new ImmError('USAGE', `"${name}" is no name for an image`, {
    next: 'Write it as registry.example/shop:1.4, in lower case; see `imm build --help`.',
  })
}
