import type {HealthSettings} from '../config/settings.ts'
import type {Member} from './member.ts'

/**
 * How a candidate is proved healthy: `ask`, by a request or a connection; `healthcheck`, by its container's own; `log`, by a line that it
 * prints; `up`, by staying up.
 */
export type Proof = 'ask' | 'healthcheck' | 'log' | 'up'

export const proofOf = (
  {port, image, settings}: Pick<Member, 'port' | 'image' | 'settings'>,
  {kind}: Pick<HealthSettings, 'kind'>,
): Proof => {
  if (kind === 'log' || kind === 'up') return kind
  if (kind === 'auto' && hasHealthcheck({image, settings})) return 'healthcheck'
  return port === 0 ? 'up' : 'ask'
}

/** The image's HEALTHCHECK, unless the settings have another, or none. */
const hasHealthcheck = ({image, settings}: Pick<Member, 'image' | 'settings'>): boolean => {
  const [kind] = settings.container.options.healthcheck?.test ?? []
  return kind === undefined ? image.hasHealthcheck : kind !== 'NONE'
}

/** What is asked: of what speaks no HTTP, nothing but whether it accepts a connection. */
export const askedKind = (
  {settings: {protocol}}: Pick<Member, 'settings'>,
  {kind}: Pick<HealthSettings, 'kind'>,
): HealthSettings['kind'] => (protocol === 'tcp' && kind === 'auto' ? 'tcp' : kind)
