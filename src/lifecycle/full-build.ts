import {ImmError, isImmError} from '../errors.ts'
import {imageLabels} from '../release/labels.ts'
import type {Plan} from './plan.ts'
import type {BuildRequest, BuildStep, Image} from './ports.ts'
import type {World} from './world.ts'

export interface FullBuild {
  reference: string
  revision: string | undefined
  /** nothing from the build cache */
  fresh: boolean
  onStep: (step: BuildStep) => void
}

/** The image of a plan as its Dockerfile says. */
export const buildInFull = async (
  plan: Plan,
  {reference, revision, fresh, onStep}: FullBuild,
  {id, engine, files}: Pick<World, 'id' | 'engine'> & {files: Pick<World['files'], 'read'>},
  signal: AbortSignal,
): Promise<Image> => {
  const {source} = plan.project
  try {
    return await engine.build(
      {
        context: () => source.pack(plan.snapshot, signal),
        ...(source.tree ? {tree: source.tree(plan.snapshot)} : {}),
        ...(await instructionsOf(plan, files, signal)),
        labels: imageLabels({...id, snapshot: plan.snapshot.digest, settings: plan.buildDigest, revision}),
        reference,
        fresh,
        onStep,
      },
      signal,
    )
  } catch (error) {
    throw isImmError(error, 'BUILD_FAILED') ? await withLine(error, plan, signal) : error
  }
}

/** What of a build request the Dockerfile and the settings of the build tell. */
export const instructionsOf = async (
  {project}: Pick<Plan, 'project'>,
  files: Pick<World['files'], 'read'>,
  signal: AbortSignal,
): Promise<Pick<BuildRequest, 'dockerfile' | 'dockerfileText' | 'target' | 'args' | 'secrets'>> => {
  const {dockerfile, target, args, secrets = []} = project.settings.build
  const {text, wantsSecrets} = await project.dockerfile(signal)
  return {
    dockerfile,
    dockerfileText: text,
    target,
    args,
    // Builders that have no way to get them are asked for none where none is needed.
    secrets: wantsSecrets
      ? secrets.map(({id, source}) => ({
          id,
          content: async () => files.read({kind: 'secret', name: id, source}, signal),
        }))
      : [],
  }
}

/** Names the line of the Dockerfile that failed: an editor's terminal makes it a link. */
const withLine = async (error: ImmError, {project}: Plan, signal: AbortSignal): Promise<ImmError> => {
  const line = error.step === undefined ? undefined : (await project.dockerfile(signal)).locate(error.step)
  if (line === undefined) return error
  const {code, message, next, output, step, cause} = error
  return new ImmError(code, `${project.settings.build.dockerfile}:${line}: ${message}`, {next, output, step, cause})
}
