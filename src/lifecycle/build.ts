import {ImmError, isImmError} from '../errors.ts'
import {imageReference, type ReleaseName} from '../release/identity.ts'
import {environmentLabels, imageLabels} from '../release/labels.ts'
import type {Plan} from './plan.ts'
import type {Image} from './ports.ts'
import type {World} from './world.ts'

/** Makes the image of a plan, or finds the one that an earlier release of the same plan left: an undone edit builds nothing. */
export const build = async (
  plan: Plan,
  release: ReleaseName,
  fresh: boolean,
  {id, engine, emit, clock}: World,
  signal: AbortSignal,
): Promise<Image> => {
  const startedMs = clock.now()
  const reference = imageReference(id, release)
  const earlier = fresh ? undefined : await earlierImage(plan, {id, engine}, signal)
  if (earlier) {
    await engine.tag(earlier.id, reference, signal)
    emit({type: 'build', release, how: 'cached', ms: clock.now() - startedMs})
    return earlier
  }
  const {source, settings} = plan.project
  const revision = await plan.project.revision(signal)
  try {
    const image = await engine.build(
      {
        context: () => source.pack(plan.snapshot, signal),
        dockerfile: settings.build.dockerfile,
        target: settings.build.target,
        args: settings.build.args,
        labels: imageLabels({...id, snapshot: plan.snapshot.digest, settings: plan.buildDigest, revision}),
        reference,
        fresh,
        onStep: (step) => emit({type: 'step', release, step}),
      },
      signal,
    )
    emit({type: 'build', release, how: 'full', ms: clock.now() - startedMs})
    return image
  } catch (error) {
    throw isImmError(error, 'BUILD_FAILED') ? await withLine(error, plan, signal) : error
  }
}

const earlierImage = async (
  plan: Plan,
  {id, engine}: Pick<World, 'id' | 'engine'>,
  signal: AbortSignal,
): Promise<Image | undefined> => {
  const labels = {...environmentLabels(id), 'imm.snapshot': plan.snapshot.digest, 'imm.settings': plan.buildDigest}
  const [newest] = await engine.images(labels, signal)
  return newest
}

/** Names the line of the Dockerfile that failed: an editor's terminal makes it a link. */
const withLine = async (error: ImmError, {project}: Plan, signal: AbortSignal): Promise<ImmError> => {
  const line = error.step === undefined ? undefined : (await project.dockerfile(signal)).locate(error.step)
  if (line === undefined) return error
  const {code, message, next, output, step, cause} = error
  return new ImmError(code, `${project.settings.build.dockerfile}:${line}: ${message}`, {next, output, step, cause})
}
