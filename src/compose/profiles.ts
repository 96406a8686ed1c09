import type {ImmError} from '../errors.ts'
import type {Service} from './keys/service.ts'
import type {Composed} from './keys/top.ts'
import type {Path} from './tree.ts'

/** An error at the place of a key, whichever file has it. */
export type Invalid = (path: Path, message: string) => ImmError

/**
 * The services that run: those without profiles, and those of the ones asked for (`*`: all). COMPOSE_INVALID where one of them needs a
 * service that is not there, or does not run.
 */
export const chooseServices = (composed: Composed, profiles: readonly string[], invalid: Invalid): Composed => {
  const all = composed.services ?? {}
  const runs = ({profiles: own = []}: Service): boolean =>
    own.length === 0 || profiles.includes('*') || own.some((profile) => profiles.includes(profile))
  const services = Object.fromEntries(Object.entries(all).filter(([, service]) => runs(service)))
  for (const [name, service] of Object.entries(services)) {
    const kept: typeof service.depends_on = {}
    for (const [other, dependency] of Object.entries(service.depends_on ?? {})) {
      if (services[other]) kept[other] = dependency
      else if (dependency.required) throw invalid(['services', name, 'depends_on', other], missing(other, all[other]))
    }
    if (service.depends_on) service.depends_on = kept
  }
  return {...composed, services}
}

const missing = (name: string, service: Service | undefined): string =>
  service ? `"${name}" runs only with the profile ${service.profiles?.join(' or ')}` : `there is no service "${name}"`
