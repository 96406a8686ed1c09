import {writeFile} from 'node:fs/promises'

import {ImmError} from '../../errors.ts'
import {cyclonedxOf} from '../../parity/sbom/cyclonedx.ts'
import {runTool} from '../../parity/scanners/run-tool.ts'
import {syftPackages, syftTool, type SyftPackage} from '../../parity/scanners/syft.ts'
import {packageVersion} from '../../proxy/package-version.ts'
import type {LintTarget} from './lint-target.ts'

/** Writes what an image is made of. `more`: with what syft knows, where it is installed. */
export const writeSbom = async (
  file: string,
  target: LintTarget,
  more: boolean,
  signal: AbortSignal,
): Promise<void> => {
  const {image, name} = target.side
  if (image === undefined)
    throw new ImmError('USAGE', `${name} has no image whose parts could be listed`, {
      next: 'Leave out --sbom, or name an image: image:REF, archive:FILE.',
    })
  const others = more ? await packagesOfSyft(target, signal) : []
  const bom = cyclonedxOf(image, packageVersion(), others)
  try {
    await writeFile(file, `${JSON.stringify(bom, null, 2)}\n`, {signal})
  } catch (error) {
    signal.throwIfAborted()
    throw new ImmError('PROJECT_UNWRITABLE', `the bill of materials can't be written: ${(error as Error).message}`)
  }
}

const packagesOfSyft = async ({scannable}: LintTarget, signal: AbortSignal): Promise<readonly SyftPackage[]> => {
  if (scannable === undefined) return []
  const json = await runTool(syftTool(scannable), signal)
  return json === undefined ? [] : syftPackages(json)
}
