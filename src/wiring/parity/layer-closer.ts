import {open} from 'node:fs/promises'

import {layerFindingsOf, noLayers, type LayerFindings} from '../../parity/lint/layers.ts'
import {secretScan} from '../../parity/secrets/scan/scan.ts'
import type {Closer} from './described-image.ts'

export interface LayerCloser extends Closer {
  /** of the image that was read */
  layers(): LayerFindings
}

/** Looks for what lint has to know of an image's layers. `copy`: a file to leave the archive in. */
export const layerCloser = (copy: string | undefined): LayerCloser => {
  const secrets = secretScan()
  let layers = noLayers
  return {
    archive: (stream) => (copy === undefined ? stream : copied(stream, copy)),
    inspect: secrets.inspect,
    read: (facts) => void (layers = layerFindingsOf(facts, secrets)),
    layers: () => layers,
  }
}

async function* copied(stream: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer, void, undefined> {
  await using handle = await open(file, 'wx', 0o600)
  for await (const part of stream) {
    await handle.writeFile(part)
    yield part
  }
}
