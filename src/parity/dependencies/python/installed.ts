import path from 'node:path'

import {problem} from '../../reduced/problem.ts'
import {beginning, textOf} from '../../reduced/reduce.ts'
import {linesOf} from '../lines.ts'
import type {Named, SourceOf} from '../source.ts'
import {pythonName} from './name.ts'

/** The headers are in front; behind them is the README. */
const metadata = beginning('python-metadata', 64 * 1024, (content) => {
  const fields = new Map<string, string>()
  for (const line of linesOf(textOf(content))) {
    if (line === '') break
    const [, key, value] = /^(Name|Version):\s*(\S+)\s*$/i.exec(line) ?? []
    if (key !== undefined && value !== undefined) fields.set(key.toLowerCase(), value)
  }
  const [name, version] = [fields.get('name'), fields.get('version')]
  return name === undefined || version === undefined
    ? problem('it has no name and version')
    : [pythonName(name), version]
})

/** What installers leave: `x-1.0.dist-info/METADATA`, of old `x.egg-info` as a file or a directory. */
const installed = /^(.*)\/[^/]+(?:\.dist-info\/METADATA|\.egg-info\/PKG-INFO|\.egg-info)$/
const packages = /\/lib(?:64)?\/python[^/]*\/(?:site|dist)-packages$/

export const pythonInstalled: SourceOf = (file) => {
  const directory = /(?:METADATA|PKG-INFO|\.egg-info)$/.test(file) ? installed.exec(file)?.[1] : undefined
  // Deeper ones are of what a package has brought for itself, which pip does not list.
  if (directory === undefined || /\/(?:site|dist)-packages\/|\/_vendor$/.test(directory)) return undefined
  return {
    ecosystem: 'pypi',
    source: 'installed',
    scope: path.posix.resolve('/', directory.replace(packages, '')),
    reduction: metadata,
    read: (value) => [value as Named],
  }
}
