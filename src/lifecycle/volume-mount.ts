import type {VolumeSettings} from '../config/settings.ts'
import type {AppId} from '../release/identity.ts'
import {environmentLabels} from '../release/labels.ts'
import {sharedName, volumeName} from '../release/names.ts'
import type {StartedWith, VolumeMount} from './ports.ts'

/** A volume of the settings as the engine has it. */
export const volumeMount = ({scope, ...volume}: VolumeSettings, id: AppId): VolumeMount => {
  const {name} = volume
  switch (scope) {
    case 'environment': {
      const {'imm.app': _app, ...labels} = environmentLabels(id)
      return {...volume, name: sharedName(id, name), labels}
    }
    case 'external':
      // Somebody else's: with a label of imm it would be imm's to remove.
      return {...volume, labels: {}}
    case 'app':
    case undefined:
      return {...volume, name: volumeName(id, name), labels: environmentLabels(id)}
  }
  return scope satisfies never
}

/** The way back, from what a container was started with. */
export const volumeSettings = (volumes: StartedWith['volumes'], id: AppId): VolumeSettings[] => {
  const own = volumeName(id, '')
  const shared = sharedName(id, '')
  return volumes.map((volume) => {
    const {name} = volume
    if (name.startsWith(own)) return {...volume, name: name.slice(own.length)}
    if (name.startsWith(shared)) return {...volume, name: name.slice(shared.length), scope: 'environment'}
    return {...volume, scope: 'external'}
  })
}
