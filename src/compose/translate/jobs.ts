import {defaultJobTimeoutMs} from '../../config/defaults.ts'
import type {JobSettings} from '../../config/settings.ts'
import {compact, type Translation} from './context.ts'
import {ownOfJob} from './own.ts'
import type {Kinds} from './sort-out.ts'
import {variablesOf} from './variables.ts'

/** What runs to its end before each release of an app, each after those that it waits for. */
export const jobsOf = (app: string, kinds: Kinds, translation: Translation): JobSettings[] => {
  const {model, note} = translation
  const names = [...kinds].flatMap(([name, kind]) => (kind.kind === 'job' && kind.of === app ? [name] : []))
  const inOrder = new Set<string>()
  const visit = (name: string): void => {
    for (const other of Object.keys(model.services[name]?.depends_on ?? {})) if (names.includes(other)) visit(other)
    inOrder.add(name)
  }
  for (const name of names) visit(name)
  return [...inOrder].flatMap((name): JobSettings[] => {
    const service = model.services[name]
    if (!service) return []
    note(
      'translated',
      ['services', name],
      `a job of ${app}: runs from its image before each release, with its networks, volumes and files`,
    )
    return [
      {
        name,
        command: service.command?.length ? service.command : undefined,
        env: variablesOf(service),
        ...compact({
          entrypoint: service.entrypoint ?? undefined,
          user: service.user,
          workingDir: service.working_dir,
        }),
        timeoutMs: ownOfJob(name, translation).timeoutMs ?? defaultJobTimeoutMs,
      },
    ]
  })
}
