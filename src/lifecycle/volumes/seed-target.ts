import type {Settings} from '../../config/settings.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {environmentLabels} from '../../release/labels.ts'
import {volumeName} from '../../release/names.ts'
import {sharedLabels} from '../../release/services.ts'
import {keyText} from '../../release/volumes.ts'
import {engineName, ownId} from '../services/names.ts'
import type {Application} from '../services/spec.ts'
import type {SeedTarget} from './seed.ts'

/** Whose volumes can be seeded. */
export interface Seedable extends Pick<Application, 'volumes'> {
  apps: readonly {app: string; settings: Pick<Settings, 'volumes'>}[]
  services: readonly Pick<Application['services'][number], 'name' | 'volumes'>[]
}

/** All volumes of an environment that are its own, as the engine is to make them. */
export const seedTargets = (id: EnvironmentId, {apps, services, volumes}: Seedable): readonly SeedTarget[] => [
  ...volumes
    .filter(({external}) => !external)
    .map((shared) => ({
      ...shared.spec,
      key: shared.key,
      name: engineName(shared, id),
      labels: {...shared.spec.labels, ...sharedLabels(id)},
    })),
  ...[
    ...apps.map(({app, settings}) => ({own: {...id, app}, volumes: settings.volumes})),
    ...services.map((service) => ({own: ownId(service.name, id), volumes: service.volumes})),
  ].flatMap(({own, volumes: mounted}) => {
    const names = new Set(mounted.filter(({scope = 'app'}) => scope === 'app').map(({name}) => name))
    return [...names].map((name) => ({
      key: keyText({app: own.app, name}),
      name: volumeName(own, name),
      labels: environmentLabels(own),
    }))
  }),
]

/** The one that is meant by its key, or by the last part of it where that is clear; all that could be where it isn't, none where none is. */
export const targetsNamed = (wanted: string, targets: readonly SeedTarget[]): readonly SeedTarget[] => {
  const exact = targets.filter(({key}) => key === wanted)
  return exact.length > 0 ? exact : targets.filter(({key}) => key.endsWith(`/${wanted}`))
}
