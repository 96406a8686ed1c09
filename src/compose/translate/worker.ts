import type {PublishedPort} from '../../release/container.ts'
import type {Service} from '../keys/service.ts'
import {buildKey} from './build.ts'
import type {Part, Translation} from './context.ts'
import {effectiveBuild} from './sort-out.ts'

/**
 * The port that an app is reached by; 0: it listens on nothing, a worker; undefined: the one that its Dockerfile exposes. What a base image
 * exposes says nothing of what stands on it.
 */
export const portOf = (
  {name, service}: Part,
  declared: readonly number[],
  published: readonly PublishedPort[],
  translation: Translation,
): number | undefined => {
  const {own, exposedPorts, note} = translation
  const said = own(name)
  // It is checked and laid over this by whoever reads it.
  if (said['port'] !== undefined) return declared[0]
  const [port, ...others] = declared
  // A server and its worker are often one image with two commands, and what it exposes is the server's.
  const anotherListens = service.command !== undefined && twins(name, translation).some((twin) => declares(twin))
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
  if (exposedPorts(name).length > 0 && !anotherListens) return undefined
  note(
    'translated',
    ['services', name],
    'a worker: none of its ports is published or exposed; what others reach has `expose` or `x-imm: {port: N}`',
  )
  return 0
}

const declares = ({ports = [], expose = []}: Service): boolean => ports.length > 0 || expose.length > 0

/** Services of the same build. */
const twins = (name: string, translation: Translation): Service[] => {
  const own = effectiveBuild(name, translation)
  return Object.entries(translation.model.services).flatMap(([other, service]) => {
    const build = other === name ? undefined : effectiveBuild(other, translation)
    return own && build && buildKey(own) === buildKey(build) ? [service] : []
  })
}
