import path from 'node:path'

import type {Reduction} from '../../image/reduction.ts'
import {isProblem, type Problem, problem} from '../../reduced/problem.ts'
import {wholeFile} from '../../reduced/reduce.ts'
import type {Named} from '../source.ts'
import {namedBy, pomProperties} from './manifest.ts'
import {contentOf, entriesOf, type ZipEntry} from './zip.ts'

const mib = 1024 * 1024

/** An application of one file has its libraries in it, and 128 MiB is more than most; it is in memory while it is read. */
const most = {jar: 128 * mib, nested: 32 * mib, text: mib, all: 256 * mib, named: 10_000}

interface Reading {
  named: Named[]
  /** bytes that entries may yet come to: many may share the same few in the file */
  left: number
}

/** What a jar, war or ear says that it is and has in it. Nested ones are read one level deep, as those that load them do. */
export const jarReduction = (file: string): Reduction => {
  const name = path.posix.basename(file)
  return wholeFile(`jar ${name}`, most.jar, (content) => {
    const reading: Reading = {named: [], left: most.all}
    return readJar(content, {name, isNested: false}, reading) ?? reading.named
  })
}

const nested = /\.[jw]ar$/
const pom = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/

const readJar = (
  zip: Buffer,
  {name: file, isNested}: {name: string; isNested: boolean},
  reading: Reading,
): Problem | undefined => {
  const before = reading.named.length
  let manifest = ''
  const entries = entriesOf(zip)
  for (let next = entries.next(); ; next = entries.next()) {
    if (next.done === true) {
      if (isProblem(next.value)) return next.value
      break
    }
    const {name} = next.value
    if (pom.test(name)) add(reading, pomProperties(textOf(zip, next.value, reading)))
    else if (name === 'META-INF/MANIFEST.MF') manifest = textOf(zip, next.value, reading)
    else if (!isNested && nested.test(name)) {
      const inner = taken(zip, next.value, most.nested, reading)
      // Its name says something, still.
      if (inner === undefined || readJar(inner, {name, isNested: true}, reading)) add(reading, namedBy('', name))
    }
    if (reading.left <= 0 || reading.named.length > most.named) return problem('it has more in it than any library')
  }
  if (reading.named.length === before) add(reading, namedBy(manifest, file))
  return undefined
}

const add = ({named}: Reading, each: Named | undefined) => {
  if (each !== undefined) named.push(each)
}

const textOf = (zip: Buffer, entry: ZipEntry, reading: Reading): string =>
  taken(zip, entry, most.text, reading)?.toString('utf8') ?? ''

const taken = (zip: Buffer, entry: ZipEntry, largest: number, reading: Reading): Buffer | undefined => {
  const content = reading.left <= 0 ? undefined : contentOf(zip, entry, Math.min(largest, reading.left))
  reading.left -= content?.length ?? largest
  return content
}
