import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import {loadParitySettings} from '../../config/parity.ts'
import {ImmError} from '../../errors.ts'
import type {BuildStep} from '../../lifecycle/ports.ts'
import type {Gap, SideFacts} from '../../parity/facts.ts'
import type {LayerFindings} from '../../parity/lint/layers.ts'
import {lintSide} from '../../parity/lint/lint-side.ts'
import {applyPolicy} from '../../parity/policy/apply.ts'
import {unknownRules} from '../../parity/policy/unknown-rules.ts'
import {ruleCatalogue} from '../../parity/report/catalogue.ts'
import type {ParityReport} from '../../parity/report/finding.ts'
import {summaryOf} from '../../parity/report/summary.ts'
import {canScan, notScanned, scanImage, type Scanned} from '../../parity/scanners/scan.ts'
import {parseReference, type Reference} from '../../parity/sides/reference.ts'
import {statePaths} from '../../state/paths.ts'
import type {Compared} from './compare.ts'
import {dockerfilePlaces} from './dockerfile-places.ts'
import {layerCloser} from './layer-closer.ts'
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
  onRead: (what: string, bytes: number) => void
  onWarning: (message: string) => void
}

/** Checks one side alone, without running any of it. */
export const lint = async (options: LintOptions, signal: AbortSignal): Promise<Compared> => {
  const {side: text, cwd, sbom, onStep, onRead, onWarning} = options
  const reference = parseReference(text)
  // A mistake in them is told before anything is built.
  const settings = await loadParitySettings(cwd, signal)
  for (const warning of unknownRules(settings, ruleCatalogue)) onWarning(warning)
  const asked = options.scan === true
  const scans = options.scan !== false && (await canScan({asked}, process.env))
  await using stack = new AsyncDisposableStack()
  // Scanners get what imm saw, and not what an engine of theirs has under that name.
  const archive = scans ? await archiveFor(reference, cwd, stack) : undefined
  const closer = layerCloser(archive?.copy)
  const side = await openSide(text, {cwd, paths: statePaths(), onStep, onRead, onWarning, closer}, signal)
  if (side.image === undefined && side.run === undefined) throw nothingToCheck(text)
  const scanned = await scan(side, archive?.file, options.scan, signal)
  if (sbom !== undefined) await writeSbom(sbom, side, asked ? archive?.file : undefined, signal)
  const layers = await placed(closer.layers(), side, reference, cwd, signal)
  const report: ParityReport = {
    command: 'lint',
    a: {name: side.name, summary: summaryOf(side)},
    findings: [...lintSide(side, layers), ...scanned.findings],
    compared: ['lint', ...(scanned.by.length > 0 ? ['vulnerability'] : [])],
    uncompared: [...side.gaps.map(({part, reason}) => ({area: part, reason})), ...scanned.uncompared],
  }
  return {
    report: applyPolicy(report, {settings, rules: ruleCatalogue, now: new Date()}),
    incomplete: side.gaps.some(({part}) => needed.has(part)) || (asked && scanned.uncompared.length > 0),
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
  return {...layers, ...(await dockerfilePlaces(path.resolve(cwd, reference.directory), image.layers, signal))}
}

const nothingToCheck = (side: string): ImmError =>
  new ImmError('USAGE', `${side} has neither an image nor says how one is run`, {
    next: 'Name an image, a file that says how it is run, or what runs: image:REF, compose:FILE#service, env:main.',
  })

/** Parts of a side that its checks are about; the others are for bills of materials and comparisons. */
const needed = new Set<Gap['part']>(['image', 'run', 'files'])
