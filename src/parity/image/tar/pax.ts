import {damaged} from '../failures.ts'
import {decodeName, type TarHeader} from './header.ts'

/** The records of a PAX header, which say what the fields of the next header are too small for. */
export const paxRecords = (bytes: Buffer): Map<string, Buffer> => {
  const records = new Map<string, Buffer>()
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const digits = space === -1 ? '' : bytes.toString('latin1', at, space)
    const length = /^[1-9]\d{0,7}$/.test(digits) ? Number(digits) : 0
    const end = at + length
    const equals = bytes.indexOf(0x3d, space)
    if (length === 0 || end > bytes.length || bytes[end - 1] !== 0x0a || equals === -1 || equals >= end)
      throw damaged('it has an extended header that is broken')
    records.set(bytes.toString('utf8', space + 1, equals), bytes.subarray(equals + 1, end - 1))
    at = end
  }
  return records
}

const xattr = 'SCHILY.xattr.'

export const withPax = (header: TarHeader, records: ReadonlyMap<string, Buffer>): TarHeader => {
  const result = {...header}
  const xattrs: [string, string][] = []
  for (const [key, value] of records) {
    if (key.startsWith('GNU.sparse.')) throw damaged(`it has ${header.name} as a sparse file, which imm does not read`)
    // An empty value takes the record back (POSIX, pax).
    if (value.length === 0) continue
    if (key === 'path') result.name = nameOf(value)
    else if (key === 'linkpath') result.linkname = nameOf(value)
    else if (key === 'size' || key === 'uid' || key === 'gid') result[key] = numberOf(value)
    else if (key.startsWith(xattr)) xattrs.push([key.slice(xattr.length), value.toString('base64')])
  }
  if (xattrs.length > 0) result.xattrs = Object.fromEntries(xattrs.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return result
}

const nameOf = (value: Buffer): string => {
  if (value.includes(0)) throw damaged('it has a file name with a zero byte')
  return decodeName(value)
}

const numberOf = (value: Buffer): number => {
  const text = value.toString('latin1')
  const result = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(result))
    throw damaged('it has an extended header with a number that is none')
  return result
}
