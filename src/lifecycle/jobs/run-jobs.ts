import {ImmError} from '../../errors.ts'
import type {Recipe} from '../launch.ts'
import type {World} from '../world.ts'
import {runJob} from './run-job.ts'

/**
 * What has to be done once before a release starts, such as a migration: each job runs to its end, in order. JOB_FAILED at the first that
 * fails; where the signal aborts, its container is killed and gone.
 */
export const runJobs = async (recipe: Recipe, world: World, signal: AbortSignal): Promise<void> => {
  const {release, settings} = recipe
  const {clock, emit} = world
  for (const [index, job] of settings.jobs.entries()) {
    const {name} = job
    signal.throwIfAborted()
    emit({type: 'stage', release, stage: 'jobs', job: name})
    const startedMs = clock.now()
    const {reason, output} = await runJob(job, index + 1, recipe, world, signal)
    signal.throwIfAborted()
    const ms = Math.round(clock.now() - startedMs)
    emit({type: 'job', release, name, ok: reason === undefined, ms, reason, output})
    if (reason !== undefined) throw new ImmError('JOB_FAILED', `the job "${name}" failed: ${reason}`, {output})
  }
}
