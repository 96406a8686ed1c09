import {unreadable} from '../package.ts'

/** A number of one to nine bytes. Those that JavaScript can't hold are of nothing that is read here. */
export const varint = (bytes: Buffer, at: number): {value: number; next: number} => {
  let value = 0
  for (let each = 0; each < 9; each++) {
    const byte = bytes[at + each]
    if (byte === undefined) throw broken()
    value = each === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f)
    if (byte < 0x80 || each === 8) {
      if (!Number.isSafeInteger(value)) throw broken()
      return {value, next: at + each + 1}
    }
  }
  throw broken()
}

/** The bytes of one column of a record: of a number big-endian, of a text or blob as they are; undefined for NULL. */
export const column = (record: Buffer, wanted: number): Buffer | undefined => {
  const header = varint(record, 0)
  let at = header.next
  let start = header.value
  for (let each = 0; at < header.value; each++) {
    const type = varint(record, at)
    at = type.next
    const size = bytesOf(type.value)
    if (start + size > record.length) throw broken()
    if (each === wanted) return valueOf(type.value, record.subarray(start, start + size))
    start += size
  }
  return undefined
}

const sizes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0]

const bytesOf = (type: number): number => (type >= 12 ? Math.floor((type - 12) / 2) : (sizes[type] ?? 0))

const valueOf = (type: number, bytes: Buffer): Buffer | undefined => {
  if (type === 0) return undefined
  // The numbers 0 and 1 are in the type itself.
  return type === 8 || type === 9 ? Buffer.of(type - 8) : bytes
}

const broken = () => unreadable('the database of rpm is damaged')
