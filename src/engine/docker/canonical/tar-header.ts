/** Fields of a tar header block, by offset and length (POSIX ustar). */
const sizeField = [124, 12] as const
const mtimeField = [136, 12] as const
const checksumField = [148, 8] as const
const typeAt = 156
const magicAt = 257
const ownerNames = [265, 64] as const
/** atime and ctime in the older format of GNU tar */
const gnuTimes = [345, 24] as const

export const typeOf = (header: Buffer): string => String.fromCodePoint(header[typeAt] ?? 0)

export const sizeOf = (header: Buffer): number => numberAt(header, sizeField)

export const mtimeOf = (header: Buffer): number => numberAt(header, mtimeField)

/** Seconds since 1970. Also takes out what depends on the machine: names of owners, which engines never read, and other times. */
export const withMtime = (header: Buffer, mtimeS: number): Buffer => {
  const changed = Buffer.from(header)
  write(changed, mtimeField, mtimeS)
  clear(changed, ownerNames)
  if (changed.subarray(magicAt, magicAt + 8).toString('latin1') === 'ustar  \0') clear(changed, gnuTimes)
  return checked(changed)
}

export const withSize = (header: Buffer, size: number): Buffer => {
  const changed = Buffer.from(header)
  write(changed, sizeField, size)
  return checked(changed)
}

const numberAt = (header: Buffer, [at, length]: readonly [number, number]): number => {
  const first = header[at] ?? 0
  // GNU's way for what octal digits can't hold: base 256, the sign in the first byte.
  if (first >= 0x80) return first === 0xff ? -1 : header.readUIntBE(at + length - 6, 6)
  return Number.parseInt(header.toString('latin1', at, at + length), 8) || 0
}

const write = (header: Buffer, [at, length]: readonly [number, number], value: number): void => {
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
}

const clear = (header: Buffer, [at, length]: readonly [number, number]): void => {
  header.fill(0, at, at + length)
}

const checked = (header: Buffer): Buffer => {
  const [at, length] = checksumField
  header.fill(' ', at, at + length)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, at, 'latin1')
  return header
}
