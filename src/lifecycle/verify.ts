import type {HealthSettings} from '../config/settings.ts'
import type {ImmError} from '../errors.ts'
import {crashed, lastLines} from './crashed.ts'
import {hasEnded, type Exits} from './exits.ts'
import {judge, type Judgement} from './judge.ts'
import {eachReplica, targetOf, type Member} from './member.ts'
import type {Healthy, Observation, Target} from './ports.ts'
import {askedKind, proofOf} from './proof.ts'
import {adviseStrict} from './read-only-root.ts'
import {noteSighting, type Sighting} from './sightings.ts'
import {unhealthy} from './unhealthy.ts'
import {whyUnreachable} from './unreachable.ts'
import {untilSaid} from './until-said.ts'
import {untilStayed} from './until-stayed.ts'
import type {World} from './world.ts'

// A server in a container answers 60-190 ms after its start: knocking every 10 ms costs nothing then, and no longer matters after two seconds.
const eagerForMs = 2000
const knockPauseMs = 10
// Who answers, and is not healthy yet, writes it to a log.
const askPauseMs = 25
// Longest wait for one answer: some frameworks compile on the first request.
const answerTimeoutMs = 5000
// From here on an application that listens elsewhere is said to, while there is still time to correct it.
const hintAfterMs = 2000

/** Proves all replicas of the candidate healthy, from their first millisecond. The only place that makes a `Healthy`. */
export const verify = async (
  member: Member,
  health: HealthSettings,
  exits: Exits,
  world: World,
  signal: AbortSignal,
): Promise<[Healthy<Target>, ...Healthy<Target>[]]> => {
  const failed = new AbortController()
  const inner = AbortSignal.any([signal, failed.signal])
  const proofs = eachReplica(member).map(async (replica) => {
    try {
      return await verifyReplica(replica, health, exits, world, inner)
    } catch (error) {
      failed.abort(error)
      throw error
    }
  })
  await Promise.allSettled(proofs)
  failed.signal.throwIfAborted()
  return (await Promise.all(proofs)) as [Healthy<Target>, ...Healthy<Target>[]]
}

const verifyReplica = async (
  member: Member,
  health: HealthSettings,
  exits: Exits,
  world: World,
  signal: AbortSignal,
): Promise<Healthy<Target>> => {
  const over = new AbortController()
  const inner = AbortSignal.any([signal, over.signal])
  const ended = endOf(member, exits, world, inner)
  const healthy = untilHealthy(member, health, world, inner)
  try {
    await Promise.race([healthy, ended])
    return targetOf(member) as Healthy<Target>
  } catch (error) {
    throw adviseStrict(error, member.settings)
  } finally {
    over.abort()
    await Promise.allSettled([healthy, ended])
  }
}

/** Rejects when the container ends: a candidate that exits is never healthy, whatever it answered before. */
export const endOf = async (member: Member, exits: Exits, {engine}: World, signal: AbortSignal): Promise<never> => {
  if (!hasEnded(member.instance)) await exits.of(member.instance.id, signal)
  throw await crashed(member, {engine}, signal)
}

const untilHealthy = async (
  member: Member,
  health: HealthSettings,
  world: World,
  signal: AbortSignal,
): Promise<void> => {
  switch (proofOf(member, health)) {
    case 'log':
      return untilSaid(member, health, world, signal)
    case 'up':
      return untilStayed(member, health, world, signal)
    case 'healthcheck':
    case 'ask':
      return untilAnswers(member, {...health, kind: askedKind(member, health)}, world, signal)
  }
}

const untilAnswers = async (
  member: Member,
  health: HealthSettings,
  world: World,
  signal: AbortSignal,
): Promise<void> => {
  const {clock, emit} = world
  const isChecked = proofOf(member, health) === 'healthcheck'
  const startedMs = clock.now()
  const sightings: Sighting[] = []
  let pauseMs = askPauseMs
  let hinted = false
  for (;;) {
    const leftMs = startedMs + health.timeoutMs - clock.now()
    if (leftMs <= 0) throw await timedOut(member, health, sightings, world, signal)
    const observation = await look(member, health, leftMs, world, signal)
    const sinceMs = clock.now() - startedMs
    noteSighting(sightings, observation, sinceMs)
    const judgement: Judgement = judge(observation, health, isChecked, sightings)
    if (judgement === 'healthy' && (await reallyListens(member, observation, world, signal))) return
    if (!hinted && sinceMs >= hintAfterMs && member.port !== 0) {
      hinted = true
      const why = await whyUnreachable(member, world, signal)
      if (why) emit({type: 'warning', message: `${member.release}: ${why.message} (${why.next})`})
    }
    const eager = sinceMs <= eagerForMs
    const knocks = eager && observation.outcome === 'refused'
    await clock.sleep(Math.min(knocks ? knockPauseMs : pauseMs, Math.max(0, leftMs)), signal)
    if (!eager) pauseMs = Math.min(pauseMs * 1.5, health.intervalMs)
  }
}

const look = async (
  member: Member,
  health: HealthSettings,
  leftMs: number,
  {engine, probe}: World,
  signal: AbortSignal,
): Promise<Observation> => {
  const {address, instance, settings} = member
  const {protocol} = settings
  const {kind, path} = health
  if (proofOf(member, health) === 'ask')
    return probe(address, kind === 'tcp' ? undefined : path, Math.min(answerTimeoutMs, leftMs), signal, protocol)
  const tooLate = AbortSignal.timeout(leftMs)
  try {
    const {healthy, output} = await engine.healthcheck(instance.id, AbortSignal.any([signal, tooLate]))
    return healthy ? {outcome: 'connected'} : {outcome: 'unhealthy', detail: output}
  } catch (error) {
    if (error !== tooLate.reason) throw error
    return {outcome: 'unhealthy', detail: `no result within ${(leftMs / 1000).toFixed(1)} s`}
  }
}

/** The port that an engine publishes accepts connections before anything in the container does. */
const reallyListens = async (
  {instance, port}: Member,
  {outcome}: Observation,
  {engine}: World,
  signal: AbortSignal,
): Promise<boolean> => {
  if (port === 0 || outcome !== 'connected' || engine.facts.reach === 'address') return true
  const listening = await engine.listening(instance.id, signal)
  return listening.length === 0 || listening.some((open) => open.port === port)
}

const timedOut = async (
  member: Member,
  health: HealthSettings,
  sightings: readonly Sighting[],
  world: World,
  signal: AbortSignal,
): Promise<ImmError> => {
  const why = member.port === 0 ? undefined : await whyUnreachable(member, world, signal)
  return why ?? unhealthy(member, health, sightings, await lastLines(member.instance.id, world, signal))
}
