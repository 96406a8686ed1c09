import path from 'node:path'

import {pythonInstalled} from '../../dependencies/python/installed.ts'
import {pythonName} from '../../dependencies/python/name.ts'
import type {FileFact} from '../../image/facts.ts'
import type {Owned, Read} from './owned.ts'

const record = /^(.*)\/([^/]+?)-[^/-]+\.dist-info\/RECORD$/

const mib = 1024 * 1024

export const pythonRecord = (file: string): number | undefined =>
  file.endsWith('.dist-info/RECORD') ? 4 * mib : undefined

/** What pip and its like note of a library: a line for each file, its path first, from the directory of the libraries on. */
export const pythonOwned = (image: Read, {path: file, layer: written}: FileFact): Owned | undefined => {
  const [, directory, name] = record.exec(file) ?? []
  const scope = pythonInstalled(file.replace(/RECORD$/, 'METADATA'))?.scope
  const content = directory === undefined || scope === undefined ? undefined : image.content(file)
  if (directory === undefined || name === undefined || content === undefined) return undefined
  const lines = content.toString('utf8').split('\n')
  return {
    owner: `pypi:${pythonName(name)} in ${scope}`,
    paths: lines.flatMap((line) => {
      const [, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^,]+)),/.exec(line) ?? []
      const listed = quoted?.replaceAll('""', '"') ?? plain
      return listed === undefined ? [] : [path.posix.resolve(directory, listed)]
    }),
    isItsLayer: (layer) => layer === written,
  }
}
