import {unreadable} from '../package.ts'
import {column, varint} from './sqlite-record.ts'

export interface Row {
  id: number
  record: Buffer
}

const magic = 'SQLite format 3\0'
const headerBytes = 100
const leaf = 0x0d
const interior = 0x05

/**
 * The rows of a table of an SQLite file in memory (sqlite.org/fileformat2). Read by hand, because the file may be anybody's: no statement of
 * it is run, no trigger, no view; each page is visited once, whatever its pages say of each other.
 */
export function* rowsOf(file: Buffer, table: string): Generator<Row, void, undefined> {
  const pages = pagesOf(file)
  for (const {record} of pages.rows(1))
    if (column(record, 0)?.toString() === 'table' && column(record, 1)?.toString() === table) {
      yield* pages.rows(numberOf(column(record, 3)))
      return
    }
  throw unreadable(`the database of rpm has no table ${table}`)
}

const numberOf = (value: Buffer | undefined): number =>
  value && value.length > 0 && value.length <= 6 ? value.readUIntBE(0, value.length) : 0

const pagesOf = (file: Buffer) => {
  if (file.length < headerBytes || file.toString('latin1', 0, 16) !== magic) throw broken()
  const stated = file.readUInt16BE(16)
  const pageBytes = stated === 1 ? 65_536 : stated
  const usable = pageBytes - (file[20] ?? 0)
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usable < 480) throw broken()
  const seen = new Set<number>()

  const pageAt = (number: number): Buffer => {
    const end = number * pageBytes
    if (number < 1 || end > file.length || seen.has(number)) throw broken()
    seen.add(number)
    return file.subarray(end - pageBytes, end)
  }

  function* rows(root: number): Generator<Row, void, undefined> {
    const stack = [root]
    for (let number = stack.pop(); number !== undefined; number = stack.pop()) {
      const page = pageAt(number)
      const header = number === 1 ? headerBytes : 0
      const type = page[header]
      if (type === leaf) for (const at of cells(page, header + 8, header)) yield row(page, at)
      else if (type === interior) {
        const below = [...cells(page, header + 12, header)].map((at) => u32(page, at))
        stack.push(u32(page, header + 8), ...below.toReversed())
      } else throw broken()
    }
  }

  const row = (page: Buffer, at: number): Row => {
    const size = varint(page, at)
    const id = varint(page, size.next)
    if (size.value > file.length) throw broken()
    const local = localBytes(size.value, usable)
    const start = id.next
    if (start + local > usable) throw broken()
    const parts = [page.subarray(start, start + local)]
    let missing = size.value - local
    for (let next = missing > 0 ? u32(page, start + local) : 0; missing > 0;) {
      const more = pageAt(next)
      const part = more.subarray(4, 4 + Math.min(missing, usable - 4))
      parts.push(part)
      missing -= part.length
      next = u32(more, 0)
    }
    return {id: id.value, record: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)}
  }

  return {rows}
}

/** How much of a row is in its page; the rest is in others (sqlite.org/fileformat2, 1.6). */
const localBytes = (size: number, usable: number): number => {
  const most = usable - 35
  if (size <= most) return size
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((size - least) % (usable - 4))
  return fitting <= most ? fitting : least
}

function* cells(page: Buffer, pointers: number, header: number): Generator<number, void, undefined> {
  const count = u16(page, header + 3)
  for (let each = 0; each < count; each++) yield u16(page, pointers + each * 2)
}

const u16 = (page: Buffer, at: number): number => {
  if (at + 2 > page.length) throw broken()
  return page.readUInt16BE(at)
}

const u32 = (page: Buffer, at: number): number => {
  if (at + 4 > page.length) throw broken()
  return page.readUInt32BE(at)
}

const broken = () => unreadable('the database of rpm is damaged')
