import {ruleCatalogue} from '../../parity/report/catalogue.ts'
import type {Finding, ParityReport} from '../../parity/report/finding.ts'
import {broughtText, type Entry, outlineOf} from '../../parity/report/outline.ts'
import {verdictText} from '../../parity/report/rendering.ts'
import {countsOf, type Counts, type FailOn, type Verdict, verdictOf} from '../../parity/report/verdict.ts'

export interface Judged {
  verdict: Verdict
  /** in words */
  words: string
  counts: Counts
  groups: readonly {area: string; entries: readonly JudgedEntry[]}[]
  allowed: readonly JudgedEntry[]
}

export interface JudgedEntry {
  finding: Finding
  brought: readonly Finding[]
  more: string | undefined
}

/** What a report comes to, and how it is laid out. */
export const judge = (report: ParityReport, failOn: FailOn, incomplete: boolean): Judged => {
  const verdict = verdictOf(report, failOn, incomplete)
  const {groups, allowed} = outlineOf(report, ruleCatalogue)
  const judged = (entry: Entry): JudgedEntry => ({...entry, more: broughtText(entry, ruleCatalogue)})
  return {
    verdict,
    words: verdictText({verdict, failOn}, report.command),
    counts: countsOf(report.findings),
    groups: groups.map(({area, entries}) => ({area, entries: entries.map(judged)})),
    allowed: allowed.map(judged),
  }
}
