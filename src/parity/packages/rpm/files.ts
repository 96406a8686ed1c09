import {unreadable} from '../package.ts'
import {column} from './sqlite-record.ts'
import {rowsOf} from './sqlite-table.ts'

const tags = {name: 1000, directoryOfEach: 1116, names: 1117, directories: 1118} as const

const entryBytes = 16

export interface RpmFiles {
  name: string
  files: string[]
}

/** The files of each package in rpm's database: names, directories, and for each name which directory it is in. */
export function* rpmFiles(database: Buffer): Generator<RpmFiles, void, undefined> {
  for (const {record} of rowsOf(database, 'Packages')) {
    const header = column(record, 1)
    if (header !== undefined) yield filesOf(header)
  }
}

const filesOf = (header: Buffer): RpmFiles => {
  if (header.length < 8) throw broken()
  const start = 8 + header.readUInt32BE(0) * entryBytes
  if (start > header.length) throw broken()
  const data = header.subarray(start)
  const found = new Map<number, {offset: number; count: number}>()
  for (let at = 8; at < start; at += entryBytes)
    found.set(header.readUInt32BE(at), {offset: header.readUInt32BE(at + 8), count: header.readUInt32BE(at + 12)})
  const strings = (tag: number) => stringsAt(data, found.get(tag))
  const [name = ''] = stringsAt(data, found.get(tags.name))
  const directories = strings(tags.directories)
  const indexes = found.get(tags.directoryOfEach)
  return {
    name,
    files: strings(tags.names).map((file, at) => `${directories[indexAt(data, indexes, at)] ?? '/'}${file}`),
  }
}

const stringsAt = (data: Buffer, entry: {offset: number; count: number} | undefined): string[] => {
  const strings: string[] = []
  for (let at = entry?.offset ?? 0; strings.length < (entry?.count ?? 0);) {
    const end = data.indexOf(0, at)
    if (end === -1) throw broken()
    strings.push(data.toString('utf8', at, end))
    at = end + 1
  }
  return strings
}

const indexAt = (data: Buffer, entry: {offset: number; count: number} | undefined, at: number): number => {
  const offset = (entry?.offset ?? 0) + at * 4
  if (entry === undefined || at >= entry.count || offset + 4 > data.length) throw broken()
  return data.readUInt32BE(offset)
}

const broken = () => unreadable('an entry of rpm is broken')
