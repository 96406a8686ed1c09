import {Readable} from 'node:stream'

import {pack} from 'tar-stream'

import {isImmError} from '../../errors.ts'
import type {BuildStep} from '../../lifecycle/ports.ts'
import {build} from './build.ts'
import type {Client} from './client.ts'
import {image, untag} from './images.ts'

/**
 * An image in the engine's store says it itself. BuildKit keeps base images to itself: a build of nothing but FROM shows what else it does
 * then, as steps beyond the first.
 */
export const hasTriggers = async (
  client: Client,
  reference: string,
  signal: AbortSignal,
): Promise<boolean | undefined> => {
  const base = await image(client, reference, signal)
  if (base) return base.onBuild.some((instruction) => /^(?:COPY|ADD|RUN|WORKDIR)\b/i.test(instruction.trim()))
  if (client.facts.builder !== 'buildkit') return undefined
  let found = false
  const request = {
    context: () => dockerfileOf(reference),
    dockerfile: 'Dockerfile',
    target: undefined,
    args: {},
    labels: {'imm.role': 'trial'},
    reference: 'imm/trial:from',
    onStep: ({name}: BuildStep) => (found ||= /^\[(?:\S+ )?[2-9]\d*\/\d+\] /.test(name)),
  }
  try {
    await build(client, request, signal)
    await untag(client, request.reference, signal)
  } catch (error) {
    if (!isImmError(error, 'BUILD_FAILED') && !isImmError(error, 'BASE_IMAGE_MISSING')) throw error
    // An instruction of its own that finds nothing to copy fails; where there is none, nothing can.
    return found || undefined
  }
  return found
}

const dockerfileOf = (reference: string): Readable => {
  const tar = pack()
  // BuildKit takes an archive whose first entry isn't plain for a Dockerfile.
  tar.entry({name: './', type: 'directory'})
  tar.entry({name: 'Dockerfile'}, `FROM ${reference}\n`)
  tar.finalize()
  return Readable.from(tar)
}
