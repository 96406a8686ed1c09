import path from 'node:path'

import {isScalar, LineCounter, parseAllDocuments} from 'yaml'
import type {Document} from 'yaml'

import {configInvalid, keyName} from './mistakes.ts'
import type {KeyPath, Mistake} from './mistakes.ts'
import {readText} from './read-text.ts'
import {schemaMistakes} from './schema-mistakes.ts'
import {configSchema} from './schema.ts'
import type {FileSettings} from './schema.ts'
import {yamlMistake} from './yaml-mistakes.ts'
import {locate, unresolvedAliases} from './yaml-place.ts'

/** imm.yaml as read: its settings, and where each key is, for mistakes that only show later (a missing file, an unset variable). */
export interface ConfigFile {
  settings: FileSettings
  /** `imm.yaml:6:5: health.timeout: ...` for each, in the order of the file */
  report(mistakes: readonly Mistake[]): string[]
  /** what it is called, and the line that a key is in */
  place(key: KeyPath): {file: string; line: number | undefined}
}

/** Reads and checks imm.yaml. CONFIG_INVALID names every mistake with its line and column. */
export const readConfigFile = async (file: string, signal: AbortSignal): Promise<ConfigFile> =>
  parseConfig(await readText(file, signal), path.basename(file))

/** `name` is what the messages call the file. */
export const parseConfig = (text: string, name: string): ConfigFile => {
  const lines = new LineCounter()
  // Pretty errors quote the line, and a line of a config file can hold a secret.
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    merge: true,
    logLevel: 'silent',
  })
  const at = (offset: number) => {
    const {line, col} = lines.linePos(offset)
    return `${name}:${Math.max(line, 1)}:${Math.max(col, 1)}`
  }
  const [document, second] = documents
  if (!document || !('errors' in document))
    return {settings: {}, report: reporter(undefined, at), place: () => ({file: name, line: undefined})}
  const syntax = documents.flatMap((each) => each.errors.map((error) => yamlMistake(error, each, text)))
  const broken = [...syntax, ...unresolvedAliases(document)].toSorted((a, b) => a.offset - b.offset)
  // One bracket that is not closed is reported once by each that is around it.
  const reported = new Set(broken.map(({offset, message}) => `${at(offset)}: ${message}`))
  if (reported.size > 0) throw configInvalid([...reported])
  if (second) throw configInvalid([`${at(second.range[0])}: a second document begins here; imm.yaml is one document`])

  const report = reporter(document, at)
  const value = plainValue(document, at)
  const parsed = configSchema.safeParse(value ?? {})
  if (!parsed.success) throw configInvalid(report(schemaMistakes(parsed.error.issues, value)))
  return {
    settings: parsed.data,
    report,
    place: (key) => ({file: name, line: lines.linePos(locate(document, key).offset).line}),
  }
}

const plainValue = (document: Document.Parsed, at: (offset: number) => string): unknown => {
  let value: unknown
  try {
    value = document.toJS()
  } catch (cause) {
    // Aliases that multiply: yaml stops expanding them.
    throw configInvalid([
      `${at(0)}: its aliases expand to too much${cause instanceof ReferenceError ? '' : ', or to themselves'}`,
    ])
  }
  if (!isRecord(value)) return value
  keepText(document, value, ['env'])
  keepText(document, value, ['previews', 'env'])
  keepText(document, value, ['build', 'args'])
  for (const name of isRecord(value['apps']) ? Object.keys(value['apps']) : [])
    keepText(document, value, ['apps', name, 'env'])
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')))
}

// A variable is text: `VERSION: 1.10` and `ID: 007` reach the application as they were written, not as the numbers they could be.
const keepText = (document: Document.Parsed, root: object, section: readonly string[]): void => {
  const map = section.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), root)
  if (!isRecord(map)) return
  for (const [key, value] of Object.entries(map)) {
    const node = typeof value === 'number' ? locate(document, [...section, key]).value : undefined
    if (isScalar(node) && node.source !== undefined) map[key] = node.source
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const reporter =
  (document: Document.Parsed | undefined, at: (offset: number) => string) =>
  (mistakes: readonly Mistake[]): string[] =>
    mistakes
      .map(({path: keys, message}) => ({keys, message, offset: document ? locate(document, keys).offset : 0}))
      .toSorted((a, b) => a.offset - b.offset)
      .map(({keys, message, offset}) => `${at(offset)}: ${keys.length > 0 ? `${keyName(keys)}: ` : ''}${message}`)
