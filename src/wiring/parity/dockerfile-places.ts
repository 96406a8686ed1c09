import path from 'node:path'

import {loadSettings} from '../../config/load.ts'
import {isImmError} from '../../errors.ts'
import type {LayerSide} from '../../parity/facts.ts'
import {writtenInstruction} from '../../parity/lint/instruction.ts'
import type {Place} from '../../parity/lint/layers.ts'
import {dockerfileOf} from '../dockerfile.ts'

/** Where a project's Dockerfile has the instruction of each layer; undefined where that is not sure. */
export const dockerfilePlaces = async (
  directory: string,
  layers: readonly LayerSide[],
  signal: AbortSignal,
): Promise<(Place | undefined)[] | undefined> => {
  const settings = await settingsIn(directory, signal)
  if (settings === undefined || settings.build.inline !== undefined) return undefined
  const dockerfile = await dockerfileOf(settings, signal)
  const file = path.relative(directory, path.join(settings.build.context, settings.build.dockerfile))
  return layers.map(({createdBy}) => {
    const line = createdBy === undefined ? undefined : dockerfile.locate(writtenInstruction(createdBy))
    return line === undefined ? undefined : {file, line}
  })
}

/** A Compose project has a Dockerfile for each app, and what says which is not there any more. */
const settingsIn = async (directory: string, signal: AbortSignal) => {
  try {
    return (await loadSettings({directory, flags: {}, signal})).settings
  } catch (error) {
    if (isImmError(error)) return undefined
    throw error
  }
}
