import type {Dependency} from '../../lifecycle/services/spec.ts'
import type {Translation} from './context.ts'
import type {Kinds} from './sort-out.ts'

const conditions = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
} as const

const strength = ['started', 'healthy', 'completed'] as const

/** What an app or a service starts after, its jobs' dependencies included. Who waits for a job of another app waits for that app. */
export const dependenciesOf = (name: string, kinds: Kinds, {model}: Translation): Dependency[] => {
  const jobs = [...kinds].flatMap(([job, kind]) => (kind.kind === 'job' && kind.of === name ? [job] : []))
  const found = new Map<string, Dependency>()
  for (const from of [name, ...jobs])
    for (const [target, {condition, required, restart = false}] of Object.entries(
      model.services[from]?.depends_on ?? {},
    )) {
      const kind = kinds.get(target)
      if (kind === undefined || kind.kind === 'off') continue
      const isJob = kind.kind === 'job'
      const to = isJob ? kind.of : target
      if (to === name || (isJob && reaches(to, name, kinds, model))) continue
      const wanted = isJob ? 'started' : conditions[condition]
      const before = found.get(to)
      const stronger =
        before && strength.indexOf(before.condition) > strength.indexOf(wanted) ? before.condition : wanted
      found.set(to, {
        name: to,
        condition: stronger,
        required: required || before?.required === true,
        restart: restart || before?.restart === true,
      })
    }
  return [...found.values()]
}

/** Whether one starts after the other already: the two would wait for each other. */
const reaches = (from: string, to: string, kinds: Kinds, model: Translation['model']): boolean => {
  const seen = new Set<string>()
  const queue = [from]
  for (const name of queue) {
    if (name === to) return true
    if (seen.has(name)) continue
    seen.add(name)
    const kind = kinds.get(name)
    queue.push(...Object.keys(model.services[name]?.depends_on ?? {}), ...(kind?.kind === 'job' ? [kind.of] : []))
  }
  return false
}
