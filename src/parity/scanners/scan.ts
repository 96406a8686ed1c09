import {ImmError, isImmError} from '../../errors.ts'
import type {Finding, ParityReport} from '../report/finding.ts'
import {vulnerabilityFindings} from './findings.ts'
import {grypeTool, grypeVulnerabilities} from './grype.ts'
import {runTool, type Tool} from './run-tool.ts'
import type {ScanTarget} from './target.ts'
import {trivyTool, trivyVulnerabilities} from './trivy.ts'
import type {Vulnerability} from './vulnerability.ts'

export interface Scanned {
  findings: readonly Finding[]
  /** the scanners that looked */
  by: readonly string[]
  uncompared: ParityReport['uncompared']
}

const scanners: readonly (readonly [(target: ScanTarget) => Tool, (json: unknown) => Vulnerability[]])[] = [
  [trivyTool, trivyVulnerabilities],
  [grypeTool, grypeVulnerabilities],
]

const area = 'vulnerability'

/** Has the scanners that are installed look. `asked`: that somebody looks is what was asked for, and nobody looking is an error. */
export const scanImage = async (
  target: ScanTarget,
  {asked}: {asked: boolean},
  signal: AbortSignal,
): Promise<Scanned> => {
  const found: Vulnerability[] = []
  const by: string[] = []
  const failures: ImmError[] = []
  await Promise.all(
    scanners.map(async ([tool, read]) => {
      try {
        const json = await runTool(tool(target), signal)
        if (json === undefined) return
        found.push(...read(json))
        by.push(tool(target).program)
      } catch (error) {
        if (!isImmError(error, 'SCAN_FAILED')) throw error
        failures.push(error)
      }
    }),
  )
  if (by.length === 0 && asked)
    throw failures[0] ?? new ImmError('SCANNER_MISSING', 'neither trivy nor grype is installed')
  const uncompared = failures.map(({message, output}) => ({area, reason: [message, ...output].join(': ')}))
  if (by.length === 0 && failures.length === 0) uncompared.push({area, reason: 'neither trivy nor grype is installed'})
  return {findings: vulnerabilityFindings(found), by: by.toSorted(), uncompared}
}
