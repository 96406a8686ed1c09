import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import type {BuildStep} from '../../lifecycle/ports.ts'
import type {SideFacts} from '../../parity/facts.ts'
import {noLayers, type LayerFindings} from '../../parity/lint/layers.ts'
import {lintSide} from '../../parity/lint/lint-side.ts'
import type {ParityReport, Severity} from '../../parity/report/finding.ts'
import {canScan, notScanned, scanImage, type Scanned} from '../../parity/scanners/scan.ts'
import {parseReference, type Reference} from '../../parity/sides/reference.ts'
import {statePaths} from '../../state/paths.ts'
import {dockerfilePlaces} from './dockerfile-places.ts'
import {lintReader} from './lint-reader.ts'
import {openSide} from './open-side.ts'
import {writeSbom} from './sbom.ts'

export interface LintOptions {
  /** as it was asked for; `.` is the working tree */
  side: string
  /** where files are meant from; absolute */
  cwd: string
  /** undefined: where a scanner is installed */
  scan: boolean | undefined
  /** file for the bill of materials; absolute */
  sbom: string | undefined
  onStep: (step: BuildStep) => void
  onWarning: (message: string) => void
}

/** Checks one side alone, without running any of it. */
export const runLint = async (options: LintOptions, signal: AbortSignal): Promise<ParityReport> => {
  const {side: text, cwd, sbom, onStep, onWarning} = options
  const reference = parseReference(text)
  const asked = options.scan === true
  const scans = options.scan !== false && (await canScan({asked}, process.env))
  await using stack = new AsyncDisposableStack()
  // Scanners get what imm saw, and not what an engine of theirs has under that name.
  const archive = scans ? await archiveFor(reference, cwd, stack) : undefined
  const reader = lintReader(archive?.copy)
  const side = await openSide(text, {cwd, paths: statePaths(), onStep, onWarning, read: reader}, signal)
  const {layers, gaps} = reader.found ?? {layers: noLayers, gaps: []}
  const scanned = await scan(side, archive?.file, options.scan, signal)
  if (sbom !== undefined) await writeSbom(sbom, side, asked ? archive?.file : undefined, signal)
  const findings = lintSide(side, await placed(layers, side, reference, cwd, signal))
  return {
    command: 'lint',
    a: {name: side.name, summary: summaryOf(side)},
    findings: [...findings, ...scanned.findings],
    compared: ['lint', ...(scanned.by.length > 0 ? ['vulnerability'] : [])],
    uncompared: [...[...side.gaps, ...gaps].map(({part, reason}) => ({area: part, reason})), ...scanned.uncompared],
  }
}

interface ArchiveFile {
  file: string
  /** where the image has to be written to first */
  copy: string | undefined
}

const archiveFor = async (reference: Reference, cwd: string, stack: AsyncDisposableStack): Promise<ArchiveFile> => {
  if (reference.kind === 'archive') return {file: path.resolve(cwd, reference.file), copy: undefined}
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-lint-'))
  stack.defer(async () => rm(directory, {recursive: true, force: true}))
  const file = path.join(directory, 'image.tar')
  return {file, copy: file}
}

const scan = async (
  {image}: SideFacts,
  archive: string | undefined,
  wanted: boolean | undefined,
  signal: AbortSignal,
): Promise<Scanned> => {
  if (image === undefined || wanted === false) return {findings: [], by: [], uncompared: []}
  return archive === undefined ? notScanned : scanImage(archive, {asked: wanted === true}, signal)
}

const placed = async (
  layers: LayerFindings,
  {image}: SideFacts,
  reference: Reference,
  cwd: string,
  signal: AbortSignal,
): Promise<LayerFindings> => {
  if (reference.kind !== 'tree' || reference.app !== undefined || image === undefined) return layers
  return {...layers, places: await dockerfilePlaces(path.resolve(cwd, reference.directory), image.layers, signal)}
}

const summaryOf = ({image}: SideFacts): string => {
  if (image === undefined) return ''
  const system = image.os === undefined ? [] : [image.os.name]
  const runtimes = image.runtimes.map(({name, version}) => `${name} ${version}`)
  return [image.platform, ...system, ...new Set(runtimes), `${image.layers.length} layers`].join(', ')
}

const severities: readonly Severity[] = ['note', 'warning', 'error']

/** How many findings are at or above a severity. What is allowed, or brought by another, is not counted. */
export const countFrom = ({findings}: ParityReport, least: Severity): number =>
  findings.filter(
    ({severity, cause, exception}) =>
      cause === undefined && exception === undefined && severities.indexOf(severity) >= severities.indexOf(least),
  ).length
