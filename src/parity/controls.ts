// oxlint-disable-next-line no-control-regex -- these are what is taken out
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g
const beyondAscii = /[\x7f-\x9f]/g

/** Text of others in which nothing moves a cursor or sets a title where a log is read; tabs and line ends stay. */
export const withoutControls = (text: string): string => text.toWellFormed().replaceAll(controls, '\ufffd')

/** JSON in which none is left as it is: by its rules those beyond ASCII may be, and a terminal obeys them as well. */
export const jsonText = (value: unknown, indent?: number): string => escaped(JSON.stringify(value, undefined, indent))

/** Of text in double quotes, as JSON and YAML have it. */
export const escaped = (text: string): string =>
  text.replaceAll(beyondAscii, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)
