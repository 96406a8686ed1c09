import type {Client} from '../client.ts'
import {untag} from '../images.ts'
import {archiveOf} from '../layers/tar.ts'
import {scratchImage} from '../trial/scratch-image.ts'

/** Another program would be another number. */
export const sandboxImage = 'imm/sandbox:1'

export const sandboxCommand = '/wait'

export const sandboxRole = 'sandbox'

export const makeSandboxImage = async (client: Client, program: Buffer): Promise<void> => {
  const labels = {'imm.role': sandboxRole}
  const layer = await archiveOf([[sandboxCommand.slice(1), program, 0o755]])
  await scratchImage(client, layer, {labels, reference: sandboxImage, createdMs: 0})
}

/** The image goes with its last container: the engine keeps it while one needs it. */
export const dropSandboxImage = (client: Client, signal: AbortSignal): Promise<void> =>
  untag(client, sandboxImage, signal)
