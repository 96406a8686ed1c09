import {removeOutgoing, removeStopped} from './retire.ts'
import type {Run} from './run.ts'
import {Stopped} from './stopped.ts'

const closeTimeoutMs = 5000

/**
 * Goes away and leaves what has the traffic as it is, with its route and its files, for whoever keeps it from then on. Everything else goes:
 * the candidate, what waits for a next one, and what had the traffic before, once its requests are answered.
 */
export const leave = async ({world, standing, sandboxes, atOnce}: Run): Promise<void> => {
  const hurry = () => {
    for (const {recall} of standing.previous) recall.abort(new Stopped({kind: 'quit'}))
  }
  atOnce.addEventListener('abort', hurry, {once: true})
  if (atOnce.aborted) hurry()
  const steps = [
    // The attempt was told to end; from here on nobody else shares the traffic out.
    async () => standing.candidate?.ended.promise,
    async () => sandboxes.close(),
    async () => Promise.allSettled(standing.previous.map(async ({settled}) => settled)),
    async () => Promise.all(standing.previous.map(async (outgoing) => removeOutgoing(outgoing, standing, world))),
    async () => Promise.all(standing.postponed.splice(0).map(async (work) => work())),
    async () => Promise.all(standing.stopped.map(async ({release}) => removeStopped(release, {world, standing}))),
    // A route that leads nowhere would hold requests that nobody is about to answer.
    async () => (standing.live ? undefined : world.traffic.close(AbortSignal.timeout(closeTimeoutMs))),
  ]
  // Each is tried whatever became of the one before.
  const failures: Error[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      failures.push(error as Error)
    }
  }
  const [first] = failures
  if (first) throw first
}
