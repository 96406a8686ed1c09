import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'

import {Ajv} from 'ajv'
import addFormats from 'ajv-formats'

const packaged = path.dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json'))

/** What the published schema of SARIF 2.1.0 has against a document; nothing where it is in order. */
export const sarifMistakes = (): ((document: unknown) => string[]) => {
  const file = path.join(packaged, 'lib/schemas/sarif-2.1.0-rtm.5.json')
  // It says that it is of draft 04, and uses nothing that later drafts read otherwise.
  const {$schema: _draft, id: _id, ...schema} = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  // One of its patterns has a bracket too many, which is none to an expression without Unicode.
  const ajv = new Ajv({allErrors: true, strict: false, unicodeRegExp: false})
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  return (document) =>
    validate(document) ? [] : (validate.errors ?? []).map(({instancePath, message}) => `${instancePath} ${message}`)
}
