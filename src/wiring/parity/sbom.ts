import {writeFile} from 'node:fs/promises'

import {ImmError} from '../../errors.ts'
import {jsonText} from '../../parity/controls.ts'
import type {SideFacts} from '../../parity/facts.ts'
import {cyclonedxOf} from '../../parity/sbom/cyclonedx.ts'
import {runTool} from '../../parity/scanners/run-tool.ts'
import {syftPackages, syftTool, type SyftPackage} from '../../parity/scanners/syft.ts'
import {packageVersion} from '../../proxy/package-version.ts'

/** Writes what an image is made of. `archive`: for syft, where it is installed, to add what it knows. */
export const writeSbom = async (
  file: string,
  {image, name}: SideFacts,
  archive: string | undefined,
  signal: AbortSignal,
): Promise<void> => {
  if (image === undefined)
    throw new ImmError('USAGE', `${name} has no image whose parts could be listed`, {
      next: 'Leave out --sbom, or name an image: image:REF, archive:FILE.',
    })
  const others = archive === undefined ? [] : await packagesOfSyft(archive, signal)
  const bom = cyclonedxOf(image, packageVersion(), others)
  try {
    await writeFile(file, `${jsonText(bom, 2)}\n`, {signal})
  } catch (error) {
    signal.throwIfAborted()
    throw new ImmError('PROJECT_UNWRITABLE', `the bill of materials can't be written: ${(error as Error).message}`)
  }
}

const packagesOfSyft = async (archive: string, signal: AbortSignal): Promise<readonly SyftPackage[]> => {
  const json = await runTool(syftTool(archive), signal)
  return json === undefined ? [] : syftPackages(json)
}
