/** A part of a program's file that is loaded into memory. */
export interface Segment {
  address: number
  offset: number
  size: number
}

export interface Elf {
  segments: readonly Segment[]
  /** bytes of a pointer */
  pointer: 4 | 8
  bigEndian: boolean
}

/** Where ELF headers have their fields, for pointers of 4 and of 8 bytes (elf(5)). */
const layouts = {
  4: {phoff: 28, phentsize: 42, phnum: 44, entry: 32, offset: 4, vaddr: 8, filesz: 16},
  8: {phoff: 32, phentsize: 54, phnum: 56, entry: 56, offset: 8, vaddr: 16, filesz: 32},
} as const

/** As much of the file as is read of its headers: programs have about ten segments. */
export const elfHeadBytes = 4096

const load = 1

/** Where a program's parts are; undefined where it is none, or says it elsewhere than in its first bytes. */
export const elfOf = (head: Buffer): Elf | undefined => {
  const pointer = ({1: 4, 2: 8} as const)[head[4] ?? 0]
  if (pointer === undefined || head.length < 64 || head.toString('latin1', 0, 4) !== '\x7fELF') return undefined
  const bigEndian = head[5] === 2
  const layout = layouts[pointer]
  const number = numbersOf(head, bigEndian)
  const start = number(layout.phoff, pointer)
  const size = number(layout.phentsize, 2)
  const count = number(layout.phnum, 2)
  if (size !== layout.entry || !(start + size * count <= head.length)) return undefined
  const segments: Segment[] = []
  for (let at = start; at < start + size * count; at += size)
    if (number(at, 4) === load)
      segments.push({
        offset: number(at + layout.offset, pointer),
        address: number(at + layout.vaddr, pointer),
        size: number(at + layout.filesz, pointer),
      })
  return {segments, pointer, bigEndian}
}

/** Reads numbers of 2, 4 or 8 bytes; NaN past the end. Larger ones than JavaScript has exactly are of no file. */
export const numbersOf =
  (bytes: Buffer, bigEndian: boolean) =>
  (at: number, size: 2 | 4 | 8): number => {
    if (!(at >= 0 && at + size <= bytes.length)) return Number.NaN
    if (size === 8) return Number(bigEndian ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at))
    return bigEndian ? bytes.readUIntBE(at, size) : bytes.readUIntLE(at, size)
  }

/** Where in the file is what the program has at that address. */
export const offsetOf = ({segments}: Elf, address: number): number | undefined => {
  const segment = segments.find((each) => address >= each.address && address < each.address + each.size)
  return segment && segment.offset + (address - segment.address)
}
