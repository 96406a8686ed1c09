import type {Client} from '../client.ts'
import type {ImageConfig} from '../layers/anchor.ts'
import {dockerArchive} from '../layers/archives.ts'
import {digestOf} from '../layers/digest.ts'
import {load} from '../layers/load.ts'

/**
 * An image of one layer, named. Loaded and not imported: the same content at the same time is the same image, whoever makes it, so that two at
 * once leave no nameless one behind.
 */
export const scratchImage = async (
  client: Client,
  layer: Buffer,
  {labels, reference, createdMs}: {labels: Readonly<Record<string, string>>; reference: string; createdMs: number},
): Promise<void> => {
  const config: ImageConfig = {
    architecture: client.architecture,
    os: 'linux',
    created: new Date(createdMs).toISOString(),
    config: {Labels: labels},
    rootfs: {type: 'layers', diff_ids: [digestOf(layer)]},
    history: [{created_by: 'imm'}],
  }
  // Every engine takes this form where it is complete.
  await load(client, await dockerArchive({config, layer, reference}), reference)
}
