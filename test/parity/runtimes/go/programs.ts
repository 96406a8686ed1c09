/** Go programs by hand, after the layout that `debug/buildinfo` documents: an ELF header, a segment to read from, one with data. */
export interface GoProgram {
  goVersion?: string
  text?: string
  pointer?: 4 | 8
  bigEndian?: boolean
  /** since Go 1.18 the texts follow the header of the information; before, it has pointers to them */
  inline?: boolean
  /** in front of the data: what looks like the information and is none */
  decoy?: Buffer
}

export const mark = Buffer.from('\xff Go buildinf:', 'latin1')
const [open, close] = ['3077af0c9274080241e1c107e6d618e6', 'f932433186182072008242104116d8f2'].map((hex) =>
  Buffer.from(hex, 'hex'),
) as [Buffer, Buffer]

const readOnly = {offset: 0x1000, address: 0x40_1000}
const data = {offset: 0x8000, address: 0x50_8000}

export const modinfo = (text: string): Buffer => Buffer.concat([open, Buffer.from(text), close])

export const goProgram = (program: GoProgram): Buffer => {
  const {goVersion = 'go1.24.3', text = '', inline = true, decoy = Buffer.alloc(0)} = program
  const file = Buffer.alloc(0x10_000)
  writeHeader(file, program)
  const framed = text === '' ? Buffer.alloc(0) : modinfo(text)
  decoy.copy(file, readOnly.offset)
  const at = data.offset + 0x40
  if (inline) {
    Buffer.concat([mark, Buffer.of(8, 2), Buffer.alloc(16), prefixed(Buffer.from(goVersion)), prefixed(framed)]).copy(
      file,
      at,
    )
    return file
  }
  // Texts stand in a row, without an end of their own.
  file.write(`xgo1.99${goVersion}32 bytes`, readOnly.offset + 0x800)
  framed.copy(file, readOnly.offset + 0x1000)
  const {pointer = 8, bigEndian = false} = program
  const strings = data.address + 0x200
  Buffer.concat([mark, Buffer.of(pointer, bigEndian ? 1 : 0)]).copy(file, at)
  const write = numberWriter(file, bigEndian)
  write(at + 16, strings, pointer)
  write(at + 16 + pointer, strings + 2 * pointer, pointer)
  const string = data.offset + 0x200
  write(string, readOnly.address + 0x800 + 7, pointer)
  write(string + pointer, goVersion.length, pointer)
  write(string + 2 * pointer, readOnly.address + 0x1000, pointer)
  write(string + 3 * pointer, framed.length, pointer)
  return file
}

const prefixed = (bytes: Buffer): Buffer => Buffer.concat([varint(bytes.length), bytes])

const varint = (value: number): Buffer =>
  value < 128 ? Buffer.of(value) : Buffer.concat([Buffer.of((value & 0x7f) | 0x80), varint(value >>> 7)])

const numberWriter = (file: Buffer, bigEndian: boolean) => (at: number, value: number, size: 2 | 4 | 8) => {
  if (size === 8) file[bigEndian ? 'writeBigUInt64BE' : 'writeBigUInt64LE'](BigInt(value), at)
  else file[bigEndian ? 'writeUIntBE' : 'writeUIntLE'](value, at, size)
}

const writeHeader = (file: Buffer, {pointer = 8, bigEndian = false}: GoProgram) => {
  const write = numberWriter(file, bigEndian)
  Buffer.from('\x7fELF', 'latin1').copy(file)
  file[4] = pointer === 8 ? 2 : 1
  file[5] = bigEndian ? 2 : 1
  const [header, entry, phoff, sizes] = pointer === 8 ? ([64, 56, 32, 54] as const) : ([52, 32, 28, 42] as const)
  write(phoff, header, pointer)
  write(sizes, entry, 2)
  write(sizes + 2, 2, 2)
  for (const [at, {offset, address}] of [readOnly, data].entries()) {
    const start = header + at * entry
    write(start, 1, 4)
    const [offsetAt, addressAt, sizeAt] = pointer === 8 ? ([8, 16, 32] as const) : ([4, 8, 16] as const)
    write(start + offsetAt, offset, pointer)
    write(start + addressAt, address, pointer)
    write(start + sizeAt, 0x7000, pointer)
  }
}
