import {withoutControls} from '../../controls.ts'
import type {Severity} from '../finding.ts'
import {broughtText, outlineOf} from '../outline.ts'
import {type Rendering, sentencesOf} from '../rendering.ts'

const levels = {error: 'error', warning: 'warning', note: 'notice'} as const satisfies Record<Severity, string>

/** GitHub shows ten of each level and step, and drops the rest without a word. */
const shownOfEach = 10

/** Workflow commands that GitHub shows beside the lines they are about; the rest is in the summary of the step. */
export const githubAnnotations = (rendering: Rendering): string => {
  const {report, rules, place, verdict} = rendering
  const entries = outlineOf(report, rules).groups.flatMap((group) => group.entries)
  const uncompared = report.uncompared.map(({area, reason}) =>
    command(verdict === 'incomplete' ? 'error' : 'notice', {title: `not compared: ${area}`}, reason),
  )
  const lines = (Object.keys(levels) as Severity[]).flatMap((severity) =>
    entries
      .filter(({finding}) => finding.severity === severity)
      .slice(0, shownOfEach)
      .map((entry) => {
        const {finding} = entry
        const more = broughtText(entry, rules)
        const text = [sentencesOf(finding), ...(finding.details ?? []), ...(more === undefined ? [] : [`It ${more}.`])]
        const file = finding.place?.file ?? (place.isFile ? place.path : undefined)
        const where = {file, line: finding.place?.line?.toString()}
        return command(levels[severity], {...where, title: `${finding.rule}: ${finding.subject}`}, text.join('\n'))
      }),
  )
  return [...lines, ...uncompared].map((line) => `${line}\n`).join('')
}

const command = (name: string, properties: Readonly<Record<string, string | undefined>>, message: string): string => {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${property(value)}`],
  )
  return `::${name} ${given.join(',')}::${data(message)}`
}

const data = (text: string): string =>
  withoutControls(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
