import type {HealthSettings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'
import type {Member} from './member.ts'
import {proofOf} from './proof.ts'
import {describeSightings, type Sighting} from './sightings.ts'

/** No probe succeeded in time: what they saw, and what helps against the last of it. */
export const unhealthy = (
  member: Pick<Member, 'port' | 'image' | 'settings'>,
  health: HealthSettings,
  sightings: readonly Sighting[],
  output: readonly string[],
): ImmError => {
  const {port} = member
  const asked = askedOf(member, health)
  return new ImmError(
    'UNHEALTHY',
    `not healthy within ${health.timeoutMs / 1000} s: ${asked}: ${describeSightings(sightings)}`,
    {output, next: nextOf(sightings.at(-1), health, port)},
  )
}

const askedOf = (member: Pick<Member, 'port' | 'image' | 'settings'>, health: HealthSettings): string => {
  const {port, settings} = member
  const {kind, path} = health
  if (proofOf(member, health) === 'healthcheck')
    return settings.container.options.healthcheck?.test ? 'its healthcheck' : "the image's HEALTHCHECK"
  return kind === 'tcp' ? `connecting to port ${port}` : `GET ${path} on port ${port}`
}

const nextOf = (last: Sighting | undefined, {kind, path}: HealthSettings, port: number): string | undefined => {
  const outcome = last?.observation.outcome
  if (outcome === 'refused')
    return `Let the application listen on 0.0.0.0:${port}, or set \`port:\` in imm.yaml to where it listens. If it needs longer to start, set \`health.timeout\`.`
  if (outcome === 'http' && kind === 'http')
    return `${path} must answer 2xx or 3xx: correct it, or set \`health.path\` in imm.yaml to a path that does.`
  if (outcome === 'unhealthy')
    return 'Correct the HEALTHCHECK or what it asks, or set `health:` in imm.yaml, which takes its place.'
  return undefined
}
