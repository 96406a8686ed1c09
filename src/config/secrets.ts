import path from 'node:path'

import type {Scope} from './scope.ts'
import type {BuildSettings, FileSource, MountedFile} from './settings.ts'

/** What the application finds under /run/secrets. */
export const loadSecrets = (scope: Scope): MountedFile[] =>
  Object.entries(scope.config.secrets ?? {}).map(([name, {path: at}]) => ({
    kind: 'secret',
    name,
    source: sourceOf(name, scope),
    path: at ?? `/run/secrets/${name}`,
    mode: 0o444,
  }))

/** What a RUN of the Dockerfile may mount. A name that nothing is known of goes to the problems. */
export const loadBuildSecrets = (scope: Scope): NonNullable<BuildSettings['secrets']> => {
  const {secrets = {}, build} = scope.config
  return (build?.secrets ?? []).flatMap((id, index) => {
    if (secrets[id] !== undefined) return [{id, source: sourceOf(id, scope)}]
    scope.problems.add({key: ['build', 'secrets', index]}, `there is no secret "${id}" under secrets`)
    return []
  })
}

const sourceOf = (name: string, {config, directory, environment}: Scope): FileSource => {
  const {file, environment: variable, command = []} = config.secrets?.[name] ?? {}
  if (file !== undefined) return {kind: 'file', path: path.resolve(directory, file)}
  if (variable !== undefined) return {kind: 'environment', variable, value: environment[variable]}
  return {kind: 'command', command}
}
