import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'

import {Ajv} from 'ajv'
import addFormats from 'ajv-formats'

const library = path.dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'))

const schema = (name: string): object =>
  JSON.parse(readFileSync(path.join(library, 'res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8')) as object

/** What the published schema of CycloneDX 1.6 has against a document; nothing where it is in order. */
export const cyclonedxMistakes = (): ((document: unknown) => string[]) => {
  const ajv = new Ajv({allErrors: true, strict: false})
  addFormats.default(ajv)
  // Formats that no version of JSON Schema before 2019 has; nothing here is of them.
  ajv.addFormat('iri-reference', true).addFormat('idn-email', true)
  // The package names the files that are referred to as it keeps them.
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema({...schema(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`})
  const validate = ajv.compile(schema('bom-1.6'))
  return (document) =>
    validate(document) ? [] : (validate.errors ?? []).map(({instancePath, message}) => `${instancePath} ${message}`)
}
