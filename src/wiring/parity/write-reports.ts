import {appendFile, mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import {ruleCatalogue} from '../../parity/report/catalogue.ts'
import type {ParityReport} from '../../parity/report/finding.ts'
import {fileFormats, type WantedReport} from '../../parity/report/formats/format.ts'
import {githubAnnotations} from '../../parity/report/formats/github.ts'
import {markdown} from '../../parity/report/formats/markdown.ts'
import type {Rendering} from '../../parity/report/rendering.ts'
import type {FailOn, Verdict} from '../../parity/report/verdict.ts'
import {packageVersion} from '../../proxy/package-version.ts'
import {likelyPlace, rootedIn} from './project-place.ts'

export interface ReportOptions {
  wanted: readonly WantedReport[]
  verdict: Verdict
  failOn: FailOn
  /** absolute */
  cwd: string
  environment: Readonly<Record<string, string | undefined>>
  /** lines for the log of a CI */
  onLines: (text: string) => void
}

/** GitHub refuses a summary of more than 1 MiB, with all that the step wrote. */
const summaryLimit = 900_000

/** Writes all reports that are wanted. REPORT_UNWRITABLE names the file that can't be written. */
export const writeReports = async (
  report: ParityReport,
  options: ReportOptions,
  signal: AbortSignal,
): Promise<void> => {
  const {wanted, verdict, failOn, cwd, environment, onLines} = options
  if (wanted.length === 0) return
  const rooted = rootedIn(cwd, environment)
  const rendering: Rendering = {
    report: {
      ...report,
      findings: report.findings.map((finding) =>
        finding.place ? {...finding, place: {...finding.place, file: rooted(finding.place.file)}} : finding,
      ),
    },
    rules: ruleCatalogue,
    verdict,
    failOn,
    version: packageVersion(),
    now: new Date(),
    place: await likelyPlace(report, cwd, rooted),
  }
  for (const one of wanted) {
    if (one.format !== 'github') {
      await written(one.file, cwd, async (file) => {
        await mkdir(path.dirname(file), {recursive: true})
        await writeFile(file, fileFormats[one.format](rendering), {signal})
      })
      continue
    }
    onLines(githubAnnotations(rendering))
    const summary = environment['GITHUB_STEP_SUMMARY']
    if (summary) await written(summary, cwd, async (file) => appendFile(file, shortened(markdown(rendering))))
  }
}

const written = async (file: string, cwd: string, write: (file: string) => Promise<void>): Promise<void> => {
  try {
    await write(path.resolve(cwd, file))
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new ImmError('REPORT_UNWRITABLE', `the report ${file} can't be written: ${why}`, {cause: error})
  }
}

/** Cut at a line, so that no markup is left open. */
const shortened = (text: string): string => {
  if (Buffer.byteLength(text) <= summaryLimit) return text
  const kept = Buffer.from(text).subarray(0, summaryLimit).toString()
  return `${kept.slice(0, kept.lastIndexOf('\n'))}\n\nThe rest is too long for this page.\n`
}
