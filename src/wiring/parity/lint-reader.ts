import {open} from 'node:fs/promises'

import {ImmError} from '../../errors.ts'
import {dependencyFile, readDependencies} from '../../parity/dependencies/dependencies.ts'
import {describeImage} from '../../parity/describe/describe.ts'
import {wantedFiles} from '../../parity/describe/wanted.ts'
import type {Gap} from '../../parity/facts.ts'
import {readImage} from '../../parity/image/read-image.ts'
import {layerFindingsOf, type LayerFindings} from '../../parity/lint/layers.ts'
import {readRuntimes, runtimeFile} from '../../parity/runtimes/runtimes.ts'
import {secretScan} from '../../parity/secrets/scan/scan.ts'
import type {SideReaders} from './context.ts'

export interface LintReader extends SideReaders {
  /** of the image that was read last */
  found?: {layers: LayerFindings; gaps: readonly Gap[]}
}

/** Reads an image as all sides are read, and looks into its layers while they stream by. `copy`: a file to leave the archive in. */
export const lintReader = (copy: string | undefined): LintReader => {
  const reader: LintReader = {
    async image(stream, choice, signal) {
      const secrets = secretScan()
      const wanted = wantedFiles(runtimeFile, dependencyFile)
      const archive = copy === undefined ? stream : copied(stream, copy)
      const facts = await readImage(archive, {choice, wanted, inspect: secrets.inspect}, signal)
      const {image, gaps} = describeImage(facts, {runtimesOf: readRuntimes, dependenciesOf: readDependencies})
      reader.found = {layers: layerFindingsOf(facts, secrets), gaps}
      return image
    },
    lock(_, file) {
      throw new ImmError('USAGE', `${file} has no layers that could be looked into`, {
        next: 'Name what it was made of: image:REF, archive:FILE.',
      })
    },
  }
  return reader
}

async function* copied(stream: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer, void, undefined> {
  await using handle = await open(file, 'wx', 0o600)
  for await (const part of stream) {
    await handle.writeFile(part)
    yield part
  }
}
