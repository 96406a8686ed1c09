import {randomUUID} from 'node:crypto'

import type {CiResult} from './result.ts'

/**
 * What later steps may want, by name. Names of branches and subjects of commits are not among it: whoever puts such a value into a
 * script would run what somebody wrote into a branch's name.
 */
export const outputsOf = ({project, environment, commit, outcome, url, apps, error}: CiResult): Map<string, string> => {
  const images = apps.flatMap(({image}) => image ?? [])
  const starts = apps.flatMap(({startMs}) => startMs ?? [])
  const first = images.length === 1 ? images[0]?.id : undefined
  const known: Readonly<Record<string, string | undefined>> = {
    outcome,
    url: url === undefined ? undefined : new URL(url).href,
    project,
    environment,
    commit,
    image: first,
    image_bytes: images.length === 0 ? undefined : String(images.reduce((sum, {bytes}) => sum + bytes, 0)),
    start_ms: starts.length === 0 ? undefined : String(Math.round(Math.max(...starts))),
    error: error?.code,
  }
  return new Map(Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** Lines for the file that GITHUB_OUTPUT names, between delimiters that nobody can know before: no value can end itself and begin another. */
export const githubOutput = (outputs: ReadonlyMap<string, string>, unique: () => string = randomUUID): string =>
  [...outputs].map(([name, value]) => delimited(name, value, unique)).join('')

const delimited = (name: string, value: string, unique: () => string): string => {
  let delimiter = `imm_${unique()}`
  while (value.includes(delimiter)) delimiter = `imm_${unique()}`
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
}

const variable = (name: string): string => `IMM_PREVIEW_${name.toUpperCase()}`

// The format has no quoting, and GitLab expands `$` in what uses a variable.
const plain = /^[\w./:@%+,?=&~-]*$/

/** GitLab's dotenv report: `IMM_PREVIEW_URL=…`. A value that the format can't hold is left out. */
export const dotenv = (outputs: ReadonlyMap<string, string>): string =>
  [...outputs].flatMap(([name, value]) => (plain.test(value) ? [`${variable(name)}=${value}\n`] : [])).join('')

/** A properties file of Java, as Jenkins' readProperties takes it: `IMM_PREVIEW_URL=…`. */
export const properties = (outputs: ReadonlyMap<string, string>): string =>
  [...outputs].map(([name, value]) => `${variable(name)}=${propertyValue(value)}\n`).join('')

const propertyValue = (value: string): string =>
  value
    .replaceAll(/[\\:=#!]/g, String.raw`\$&`)
    .replace(/^ /, String.raw`\ `)
    // By code unit: the format has no other way to say what is not Latin-1 or would end the line.
    .replaceAll(/[^\x20-\x7e]/g, (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
