import {ImmError} from '../../errors.ts'
import type {Hold} from './at.ts'
import type {EnvironmentVolume} from './read.ts'

export const incomplete = (volume: string): ImmError =>
  new ImmError(
    'VOLUME_INCOMPLETE',
    `volume ${volume} is not whole: an imm that was to overwrite it ended before it was done`,
  )

/** Only what is there as a whole can be kept or copied. */
export const whole = ({key, exists}: EnvironmentVolume, hold: Hold): void => {
  // First: one that is being made anew may be missing, too.
  if (hold.incomplete) throw incomplete(key)
  if (!exists) throw gone(key)
}

export const gone = (key: string): ImmError =>
  new ImmError('VOLUME_NOT_FOUND', `volume ${key} is gone: only snapshots of it are left`)
