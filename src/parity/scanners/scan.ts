import {ImmError, isImmError} from '../../errors.ts'
import type {Finding, ParityReport} from '../report/finding.ts'
import {vulnerabilityFindings} from './findings.ts'
import {grypeTool, grypeVulnerabilities} from './grype.ts'
import {isInstalled} from './is-installed.ts'
import {runTool, type Tool} from './run-tool.ts'
import {trivyTool, trivyVulnerabilities} from './trivy.ts'
import type {Vulnerability} from './vulnerability.ts'

export interface Scanned {
  findings: readonly Finding[]
  /** the scanners that looked */
  by: readonly string[]
  uncompared: ParityReport['uncompared']
}

const scanners: readonly (readonly [(archive: string) => Tool, (json: unknown) => Vulnerability[]])[] = [
  [trivyTool, trivyVulnerabilities],
  [grypeTool, grypeVulnerabilities],
]

const area = 'vulnerability'

/**
 * Has the scanners that are installed look at an archive, by its absolute path. `asked`: that somebody looks is what was asked for, and nobody
 * looking is an error.
 */
export const scanImage = async (archive: string, {asked}: {asked: boolean}, signal: AbortSignal): Promise<Scanned> => {
  const by: string[] = []
  const failures: ImmError[] = []
  const found = await Promise.all(
    scanners.map(async ([tool, read]) => {
      try {
        const json = await runTool(tool(archive), signal)
        if (json === undefined) return []
        const vulnerabilities = read(json)
        by.push(tool(archive).program)
        return vulnerabilities
      } catch (error) {
        if (!isImmError(error, 'SCAN_FAILED')) throw error
        failures.push(error)
        return []
      }
    }),
  )
  if (by.length === 0 && asked) throw failures[0] ?? noScanner()
  const uncompared = failures.map(({message, output}) => ({area, reason: [message, ...output].join(': ')}))
  if (by.length === 0 && failures.length === 0) uncompared.push({area, reason: 'neither trivy nor grype is installed'})
  // Not in the order in which they ended: what they call differently is called as the first of them does.
  return {findings: vulnerabilityFindings(found.flat()), by: by.toSorted(), uncompared}
}

/** Of an image that nobody could look at. */
export const notScanned: Scanned = {
  findings: [],
  by: [],
  uncompared: [{area, reason: 'neither trivy nor grype is installed'}],
}

const noScanner = (): ImmError => new ImmError('SCANNER_MISSING', 'neither trivy nor grype is installed')

/** Whether a scanner would look, found out without an image. SCANNER_MISSING where that was asked for and none is there. */
export const canScan = async ({asked}: {asked: boolean}, env: NodeJS.ProcessEnv): Promise<boolean> => {
  for (const program of ['trivy', 'grype']) if (await isInstalled(program, env)) return true
  if (asked) throw noScanner()
  return false
}
