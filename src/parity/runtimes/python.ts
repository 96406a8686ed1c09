import {isProblem} from '../reduced/problem.ts'
import {textOf, wholeFile} from '../reduced/reduce.ts'
import type {Holder, Language} from './found.ts'
import {libraryDirectories} from './libraries.ts'
import {versionSearch} from './version-search.ts'
import {versionIn} from './version.ts'

/** `3.11` of a program, a shared library (`m`, `t`: kinds of builds) or headers. */
const minorOf = (file: string): string | undefined =>
  /\/(?:python|libpython)([23]\.\d{1,2})[a-z]{0,2}(?:\.so\.1\.0|\/patchlevel\.h)?$/.exec(file)?.[1]

/** Linkers store a text that another one ends with as a part of that: `/opt/python/3.11.7` is where `3.11.7` may be. */
const inBinary = (minor: string) =>
  versionSearch(`python-${minor}`, {
    [`${minor}.`]: new RegExp(
      `^[^0-9A-Za-z.]?(?<version>${minor.replace('.', '\\.')}\\.\\d{1,3}(?:(?:a|b|rc)\\d{1,3})?\\+?)\\0`,
    ),
  })

const header = wholeFile('python-header', 64 * 1024, (content) => {
  const version = /^#define PY_VERSION\s+"([^"\s]{1,40})"/m.exec(textOf(content))?.[1]
  return version === undefined ? undefined : {version}
})

const isProgram = (file: string): boolean => /\/bin\/python[\d.]+t?$/.test(file)

/** CPython: its program or shared library says it, where the patch level is; the names have no more than `3.11`. */
export const python: Language = {
  name: 'python',
  file(file) {
    const minor = minorOf(file)
    if (minor === undefined) return undefined
    if (file.endsWith('/patchlevel.h')) return header
    return isProgram(file) || file.endsWith('.so.1.0') ? inBinary(minor) : undefined
  },
  versionAt(image, file) {
    if (!isProgram(file)) return undefined
    const prefix = file.replace(/\/bin\/[^/]+$/, '')
    // A copy for a virtual environment, with nothing of its own.
    if (image.tree.get(`${prefix}/pyvenv.cfg`) !== undefined) return undefined
    const said = versionIn(image, file)
    if (!isProblem(said)) return said
    return besides(image, prefix, minorOf(file) ?? '')[0] ?? said
  },
}

/** Most programs are small and leave everything to a library. */
const besides = (image: Holder, prefix: string, minor: string): string[] => {
  const libraries = libraryDirectories(image, prefix).flatMap((directory) =>
    ['', 'm', 't'].map((kind) => `${directory}/libpython${minor}${kind}.so.1.0`),
  )
  const headers = ['', 'm', 't'].map((kind) => `${prefix}/include/python${minor}${kind}/patchlevel.h`)
  return [...libraries, ...headers].flatMap((file) => {
    const value = versionIn(image, file)
    return typeof value === 'string' ? [value] : []
  })
}
