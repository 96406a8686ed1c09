import type {HealthSettings} from '../config/settings.ts'
import type {Observation} from './ports.ts'
import {sameFor, type Sighting} from './sightings.ts'

export type Judgement = 'healthy' | 'not yet'

// An application that accepts connections for so long and answers no HTTP speaks something else.
const silentForMs = 5000

/**
 * What one observation says about the candidate. With a path: 2xx or 3xx. Without: any HTTP answer, else whatever else it speaks, else
 * that it accepts connections.
 */
export const judge = (
  observation: Observation,
  {kind}: HealthSettings,
  hasHealthcheck: boolean,
  sightings: readonly Sighting[],
): Judgement => {
  switch (observation.outcome) {
    case 'http':
      return kind === 'auto' || (observation.status >= 200 && observation.status < 400) ? 'healthy' : 'not yet'
    case 'connected':
      return kind === 'tcp' || hasHealthcheck ? 'healthy' : 'not yet'
    case 'garbage':
      return kind === 'auto' ? 'healthy' : 'not yet'
    case 'timeout':
      return kind === 'auto' && observation.connected && sameFor(sightings) >= silentForMs ? 'healthy' : 'not yet'
    case 'refused':
    case 'reset':
    case 'unreachable':
    case 'unhealthy':
      return 'not yet'
    default:
      return observation satisfies never
  }
}
