import {ImmError} from '../../errors.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {lastLines} from '../crashed.ts'
import {hasEnded} from '../exits.ts'
import type {Clock, Engine} from '../ports.ts'
import {endOrder, foundServices, isMark, type FoundService} from '../services/remove.ts'

const askPauseMs = 50
const healthyWithinMs = 60_000

/** Has the backing services of an environment run again, each after what it needs; SERVICE_FAILED for one that does not get healthy. */
export const wakeServices = async (
  id: EnvironmentId,
  {engine, clock}: {engine: Engine; clock: Clock},
  signal: AbortSignal,
): Promise<void> => {
  // What ran to its end had done so before.
  const services = (await foundServices(id, engine, signal)).filter((service) => !isMark(service))
  for (const group of endOrder(services).toReversed())
    await Promise.all(group.map(async (service) => wakeService(service, engine, clock, signal)))
}

const wakeService = async (
  {instance, identity: {service, completes}}: FoundService,
  engine: Engine,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const wasPaused = instance.state === 'paused'
  if (instance.state !== 'running') await engine.resume(instance.id, signal)
  // What was frozen is as healthy as it was, and its next check tells.
  if (completes || wasPaused || instance.health === 'none') return
  const untilMs = clock.now() + healthyWithinMs
  for (;;) {
    const {healthy, output} = await engine.healthcheck(instance.id, signal)
    if (healthy) return
    const now = await engine.instance(instance.id, signal)
    if (!now || hasEnded(now))
      throw new ImmError('SERVICE_FAILED', `service ${service} was woken and ended`, {
        output: await lastLines(instance.id, {engine}, signal),
      })
    if (clock.now() >= untilMs)
      throw new ImmError('SERVICE_FAILED', `service ${service} was woken and did not get healthy`, {
        output: output.trimEnd().split('\n'),
      })
    await clock.sleep(askPauseMs, signal)
  }
}
