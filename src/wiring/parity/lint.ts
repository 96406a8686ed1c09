import type {SettingFlags} from '../../config/flags.ts'
import type {BuildStep} from '../../lifecycle/ports.ts'
import {layerFindingsOf, noLayers} from '../../parity/lint/layers.ts'
import {lintSide} from '../../parity/lint/lint-side.ts'
import type {ParityReport, Severity} from '../../parity/report/finding.ts'
import {scanImage, type Scanned} from '../../parity/scanners/scan.ts'
import {secretScan} from '../../parity/secrets/scan/scan.ts'
import {openLintSide, type LintTarget} from './lint-target.ts'
import {writeSbom} from './sbom.ts'

export interface LintOptions {
  /** as it was asked for; undefined: the working tree */
  side: string | undefined
  /** of the project; absolute */
  directory: string
  flags: SettingFlags
  /** undefined: where a scanner is installed */
  scan: boolean | undefined
  /** file for the bill of materials; absolute */
  sbom: string | undefined
  onStep: (step: BuildStep) => void
  onWarning: (message: string) => void
}

/** Checks one side alone, without running any of it. */
export const runLint = async (options: LintOptions, signal: AbortSignal): Promise<ParityReport> => {
  const secrets = secretScan()
  const target = await openLintSide(options, secrets.inspect, signal)
  const {side, image, places} = target
  const layers = image === undefined ? noLayers : {...layerFindingsOf(image, secrets), places}
  const scanned = await scan(target, options, signal)
  if (options.sbom !== undefined) await writeSbom(options.sbom, target, options.scan === true, signal)
  return {
    command: 'lint',
    a: {name: side.name, summary: summaryOf(target)},
    findings: [...lintSide(side, layers), ...scanned.findings],
    compared: ['lint', ...(scanned.by.length > 0 ? ['vulnerability'] : [])],
    uncompared: [...side.gaps.map(({part, reason}) => ({area: part, reason})), ...scanned.uncompared],
  }
}

const scan = async ({scannable}: LintTarget, {scan: wanted}: LintOptions, signal: AbortSignal): Promise<Scanned> => {
  if (scannable === undefined || wanted === false) return {findings: [], by: [], uncompared: []}
  return scanImage(scannable, {asked: wanted === true}, signal)
}

const summaryOf = ({side: {image}}: LintTarget): string => {
  if (image === undefined) return ''
  const system = image.os === undefined ? [] : [image.os.name]
  const runtimes = image.runtimes.map(({name, version}) => `${name} ${version}`)
  return [image.platform, ...system, ...new Set(runtimes), `${image.layers.length} layers`].join(', ')
}

export const severities = ['note', 'warning', 'error'] as const satisfies readonly Severity[]

/** How many findings are at or above a severity. What is allowed, or brought by another, is not counted. */
export const countFrom = ({findings}: ParityReport, least: Severity): number =>
  findings.filter(
    ({severity, cause, exception}) =>
      cause === undefined && exception === undefined && severities.indexOf(severity) >= severities.indexOf(least),
  ).length
