import type {PublishedPort} from '../../release/container.ts'
import type {Part, Translation} from './context.ts'

/**
 * The port that an app is reached by; 0: it listens on nothing, a worker; undefined: the one that its Dockerfile exposes. What a base image
 * exposes says nothing of what stands on it.
 */
export const portOf = (
  {name}: Part,
  declared: readonly number[],
  published: readonly PublishedPort[],
  {own, exposedPorts, note}: Translation,
): number | undefined => {
  const said = own(name)
  // It is checked and laid over this by whoever reads it.
  if (said['port'] !== undefined || said['worker'] !== undefined) return declared[0]
  const [port, ...others] = declared
  if (port !== undefined) {
    const key = published.length > 0 ? 'ports' : 'expose'
    if (others.length > 0)
      note(
        'translated',
        ['services', name, key],
        `requests of its host go to ${port}, the first; \`x-imm: {port: N}\` names another`,
      )
    return port
  }
  if (exposedPorts(name).length > 0) return undefined
  note(
    'translated',
    ['services', name, 'build'],
    'a worker: no port of it is published or exposed; one that others reach has `expose` or `x-imm: {port: N}`',
  )
  return 0
}
