import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {DatabaseSync} from 'node:sqlite'

export interface RpmEntry {
  name: string
  version: string
  release: string
  architecture?: string
  epoch?: number
  /** bytes of something else that a header has */
  more?: number
  /** names in directories */
  files?: Readonly<Record<string, readonly string[]>>
}

/** A header as rpm writes it, with a field of other data in front. */
export const rpmHeader = ({name, version, release, architecture, epoch, more = 0, files}: RpmEntry): Buffer => {
  const data: Buffer[] = [Buffer.alloc(more, 7)]
  const index: number[][] = [[1040, 7, 0, more]]
  let offset = more
  const put = (tag: number, type: number, value: Buffer, count = 1) => {
    index.push([tag, type, offset, count])
    data.push(value)
    offset += value.length
  }
  for (const [tag, value] of [
    [1000, name],
    [1001, version],
    [1002, release],
    [1022, architecture],
  ] as const)
    if (value !== undefined) put(tag, 6, Buffer.from(`${value}\0`))
  if (epoch !== undefined) {
    const number = Buffer.alloc(4)
    number.writeUInt32BE(epoch)
    put(1003, 4, number)
  }
  if (files !== undefined) {
    const directories = Object.keys(files)
    const all = Object.entries(files).flatMap(([directory, names]) => names.map((file) => ({directory, file})))
    const directoryOfEach = Buffer.alloc(all.length * 4)
    for (const [at, {directory}] of all.entries()) directoryOfEach.writeUInt32BE(directories.indexOf(directory), at * 4)
    put(1116, 4, directoryOfEach, all.length)
    put(1117, 8, strings(all.map(({file}) => file)), all.length)
    put(1118, 8, strings(directories), directories.length)
  }
  const numbers = [index.length, offset, ...index.flat()]
  const head = Buffer.alloc(numbers.length * 4)
  for (const [at, number] of numbers.entries()) head.writeUInt32BE(number, at * 4)
  return Buffer.concat([head, ...data])
}

const strings = (values: readonly string[]): Buffer => Buffer.from(values.map((each) => `${each}\0`).join(''))

/** The file of an SQLite database in which rpm's tables are, made by SQLite itself. */
export const rpmDatabase = (headers: readonly Buffer[], {pageBytes = 4096, table = 'Packages'} = {}): Buffer => {
  const directory = mkdtempSync(path.join(tmpdir(), 'imm-rpm-'))
  const file = path.join(directory, 'rpmdb.sqlite')
  try {
    const database = new DatabaseSync(file)
    database.exec(`PRAGMA page_size = ${pageBytes}; CREATE TABLE 'Name' (key TEXT, hnum INTEGER)`)
    database.exec(`CREATE TABLE '${table}' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)`)
    const insert = database.prepare(`INSERT INTO '${table}' (blob) VALUES (?)`)
    database.exec('BEGIN')
    for (const header of headers) insert.run(header)
    database.exec('COMMIT')
    database.close()
    return readFileSync(file)
  } finally {
    rmSync(directory, {recursive: true})
  }
}
