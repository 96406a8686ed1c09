import {suggest} from '../../../config/suggest.ts'
import {ImmError} from '../../../errors.ts'
import type {Rendering} from '../rendering.ts'
import {gitlab} from './gitlab.ts'
import {junit} from './junit.ts'
import {markdown} from './markdown.ts'
import {sarif} from './sarif.ts'

/** What is written to a file. */
export const fileFormats = {sarif, junit, gitlab, markdown} as const satisfies Record<
  string,
  (rendering: Rendering) => string
>

export type FileFormat = keyof typeof fileFormats

/** One `--report`: a format with its file, or annotations of GitHub, which go to the log and to the step's summary. */
export type WantedReport = {format: FileFormat; file: string} | {format: 'github'}

const formats = [...Object.keys(fileFormats), 'github']

const isFileFormat = (word: string): word is FileFormat => Object.hasOwn(fileFormats, word)

/** USAGE for what is no format, has no file, or would write over another report. */
export const wantedReports = (given: readonly string[]): WantedReport[] => {
  const wanted = given.map(wantedOf)
  const files = wanted.flatMap((one) => ('file' in one ? [one.file] : []))
  const twice = files.find((file, index) => files.indexOf(file) !== index)
  if (twice === undefined) return wanted
  throw new ImmError('USAGE', `two reports go to ${twice}`, {next: 'Give each a file of its own.'})
}

const wantedOf = (text: string): WantedReport => {
  const at = text.indexOf('=')
  const format = at === -1 ? text : text.slice(0, at)
  const file = at === -1 ? '' : text.slice(at + 1)
  if (format === 'github') {
    if (at === -1) return {format}
    throw new ImmError('USAGE', 'the report github goes to the log, and to no file', {next: 'Write --report github.'})
  }
  if (!isFileFormat(format)) {
    const meant = suggest(format, formats)
    const next = `${meant === undefined ? '' : `Did you mean ${meant}? `}There are ${formats.join(', ')}.`
    throw new ImmError('USAGE', `there is no report ${format}`, {next})
  }
  if (file === '')
    throw new ImmError('USAGE', `the report ${format} needs a file`, {next: `Write --report ${format}=FILE.`})
  return {format, file}
}
