import {readFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'

import {validateXML} from 'xmllint-wasm'

/** The schema of Ant's JUnit reports by Windy Road, the strictest in use: the package junit-xml has it in its tests, as one literal. */
const schemaOf = (): string => {
  const packaged = path.dirname(createRequire(import.meta.url).resolve('junit-xml/package.json'))
  const source = readFileSync(path.join(packaged, 'src/index.test.ts'), 'utf8')
  const [, literal] = /const antJunitSchema = '((?:[^'\\\n]|\\.)*)'/.exec(source) ?? []
  if (literal === undefined) throw new Error('junit-xml no longer has the schema')
  return literal.replaceAll(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign))
}

/** What it has against a document; nothing where it is in order. */
export const junitMistakes = async (xml: string): Promise<string[]> => {
  const {errors} = await validateXML({xml: {fileName: 'report.xml', contents: xml}, schema: schemaOf()})
  return errors.map(({message}) => message)
}
