import path from 'node:path'

import {loadSettings} from '../../config/load.ts'
import {isImmError} from '../../errors.ts'
import type {LayerSide} from '../../parity/facts.ts'
import {writtenInstruction} from '../../parity/lint/instruction.ts'
import type {LayerFindings, Place} from '../../parity/lint/layers.ts'
import {builtStage} from '../built-stage.ts'
import {dockerfileOf, dockerfileText} from '../dockerfile.ts'

/** What a project's Dockerfile says of its image's layers: the base, and the line of each instruction where that is sure. */
export const dockerfilePlaces = async (
  directory: string,
  layers: readonly LayerSide[],
  signal: AbortSignal,
): Promise<Pick<LayerFindings, 'places' | 'from'>> => {
  const settings = await settingsIn(directory, signal)
  if (settings === undefined || settings.build.inline !== undefined) return {}
  const {build} = settings
  const [dockerfile, {written}] = await Promise.all([dockerfileOf(settings, signal), dockerfileText(settings, signal)])
  const file = path.relative(directory, path.join(build.context, build.dockerfile))
  const places = layers.map(({createdBy}): Place | undefined => {
    const line = createdBy === undefined ? undefined : dockerfile.locate(writtenInstruction(createdBy))
    return line === undefined ? undefined : {file, line}
  })
  const {base} = builtStage(written, build)
  return {places, ...(base !== undefined && {from: {name: base, place: {file}}})}
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
