import type {Service} from './keys/service.ts'
import type {Invalid} from './profiles.ts'

/** COMPOSE_INVALID where services wait for each other, with the way around. */
export const refuseCycles = (services: Readonly<Record<string, Service>>, invalid: Invalid): void => {
  const done = new Set<string>()
  const visit = (name: string, trail: readonly string[]): void => {
    const [before] = trail.slice(-1)
    if (trail.includes(name) && before !== undefined)
      throw invalid(
        ['services', before, 'depends_on', name],
        `they wait for each other: ${[...trail.slice(trail.indexOf(name)), name].join(' -> ')}`,
      )
    if (done.has(name)) return
    for (const other of Object.keys(services[name]?.depends_on ?? {})) visit(other, [...trail, name])
    done.add(name)
  }
  for (const name of Object.keys(services)) visit(name, [])
}
