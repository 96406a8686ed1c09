import type {JobSettings, Settings} from '../../config/settings.ts'
import {isImmError} from '../../errors.ts'
import type {BindMount, ContainerOptions} from '../../release/container.ts'
import {environmentLabels} from '../../release/labels.ts'
import {containerName} from '../../release/names.ts'
import {attachmentOf} from '../attachment.ts'
import {tooLate, whyImage} from '../gates/command.ts'
import type {Finding} from '../gates/run-check.ts'
import {createTail} from '../gates/tail.ts'
import {within} from '../gates/within.ts'
import {mountsOf, type Recipe} from '../launch.ts'
import {placeFiles} from '../place-files.ts'
import type {OnceSpec} from '../ports.ts'
import type {World} from '../world.ts'
import {wordsOf} from './words-of.ts'

/** One job, in a container of its own, of the candidate's image and settings. `number`: its place in the list, from 1. */
export const runJob = async (
  job: JobSettings,
  number: number,
  recipe: Recipe,
  world: World,
  signal: AbortSignal,
): Promise<Finding> => {
  const {engine, clock, emit} = world
  const {release} = recipe
  const tail = createTail()
  const files = await placeFiles(release, recipe.settings, world, signal)
  const command = await wordsOf(job, recipe.image, engine, signal)
  try {
    const end = await within(job.timeoutMs, clock, signal, async (inner) =>
      engine.runOnce(
        {...specOf(job, number, recipe, files, world), command},
        ({stream, text}) => {
          tail.add(text)
          emit({type: 'log', release, stream, text})
        },
        inner,
      ),
    )
    return {reason: end === 'too late' ? tooLate(job.timeoutMs) : whyImage(end), output: tail.lines}
  } catch (error) {
    if (!isImmError(error, 'CRASHED')) throw error
    return {reason: error.message, output: tail.lines}
  }
}

const specOf = (
  {env, user, workingDir}: JobSettings,
  number: number,
  {release, generation, image, settings}: Recipe,
  files: readonly BindMount[],
  world: World,
): Omit<OnceSpec, 'command'> => ({
  name: `${containerName(world.id, release, generation)}_job${number}`,
  image: image.id,
  labels: {...environmentLabels(world.id), 'imm.release': release, 'imm.role': 'job'},
  env: {...settings.env, ...env},
  user: user ?? settings.user,
  ...mountsOf(settings, world.id),
  binds: [...settings.container.binds, ...files],
  attachment: attachmentOf(settings, world),
  options: optionsOf(settings, workingDir),
  ...settings.resources,
  network: undefined,
})

/** The app's, without what is said of its own program: how that begins, whether it is well, and that it is started again. */
const optionsOf = ({container: {options}}: Settings, workingDir: string | undefined): ContainerOptions => {
  const {entrypoint: _entrypoint, healthcheck: _healthcheck, restart: _restart, ...rest} = options
  return {...rest, ...(workingDir === undefined ? {} : {workingDir})}
}
