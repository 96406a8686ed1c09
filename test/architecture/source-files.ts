import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

export interface Import {
  /** a file under src (`lifecycle/ports.ts`), a package (`zod`), or `node:` */
  target: string
  kind: 'file' | 'package' | 'node'
  typeOnly: boolean
}

export interface SourceFile {
  /** relative to src, with `/` */
  path: string
  text: string
  imports: readonly Import[]
}

const src = fileURLToPath(new URL('../../src', import.meta.url))

/** Every TypeScript file of src. */
export const sourceFiles = (): SourceFile[] =>
  readdirSync(src, {recursive: true, encoding: 'utf8'})
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .map((file) => sourceFile(file, readFileSync(path.join(src, file), 'utf8')))

export const sourceFile = (file: string, text: string): SourceFile => ({
  path: file,
  text,
  imports: importsOf(file, text),
})

const patterns = [
  /^(?:import|export)\s+(?<type>type\s)?[^'";]*?\bfrom\s+'(?<specifier>[^']+)'/gm,
  /^import\s+'(?<specifier>[^']+)'/gm,
  /(?<type>typeof\s)?\bimport\(\s*'(?<specifier>[^']+)'/g,
]

const importsOf = (file: string, text: string): Import[] =>
  patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({groups}) => {
      const specifier = groups?.['specifier'] ?? ''
      return {...resolve(file, specifier), typeOnly: groups?.['type'] !== undefined}
    }),
  )

const resolve = (file: string, specifier: string): Pick<Import, 'target' | 'kind'> => {
  if (specifier.startsWith('.'))
    return {kind: 'file', target: path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))}
  if (specifier.startsWith('node:')) return {kind: 'node', target: specifier}
  const parts = specifier.split('/')
  return {kind: 'package', target: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')}
}
