/**
 * A program that waits for ever and needs nothing: the smallest Linux executable (ELF, elf(5)) with a few instructions, so that a sandbox's
 * image is a few hundred bytes and comes from nowhere. Undefined for a processor that has no bytes here.
 */
export const waitingProgram = (architecture: string): Buffer | undefined => {
  const program = programs.get(architecture)
  if (!program) return undefined
  const code = Buffer.from(program.code.join(''), 'hex')
  const header = Buffer.alloc(codeAt)
  header.write('\x7fELF', 'latin1')
  // 64 bits, little endian, version 1
  header.set([2, 1, 1], 4)
  // type: executable
  header.writeUInt16LE(2, 16)
  header.writeUInt16LE(program.machine, 18)
  header.writeUInt32LE(1, 20)
  header.writeBigUInt64LE(loadedAt + BigInt(codeAt), 24)
  // where the only program header begins, and how long the headers are
  header.writeBigUInt64LE(64n, 32)
  header.writeUInt16LE(64, 52)
  header.writeUInt16LE(56, 54)
  header.writeUInt16LE(1, 56)
  // that header: load the whole file, readable and executable, at its address
  header.writeUInt32LE(1, 64)
  header.writeUInt32LE(5, 68)
  header.writeBigUInt64LE(loadedAt, 80)
  header.writeBigUInt64LE(loadedAt, 88)
  header.writeBigUInt64LE(BigInt(codeAt + code.length), 96)
  header.writeBigUInt64LE(BigInt(codeAt + code.length), 104)
  // pages may have 64 KiB
  header.writeBigUInt64LE(0x10000n, 112)
  return Buffer.concat([header, code])
}

const loadedAt = 0x400000n
// ELF header and one program header
const codeAt = 64 + 56

interface Program {
  /** e_machine */
  machine: number
  /** hex, an instruction each */
  code: readonly string[]
}

const x64: Program = {
  machine: 62,
  code: [
    'b822000000', // mov eax, 34 (pause)
    '0f05', //       syscall
    'ebf7', //       jmp to the first
  ],
}

const arm64: Program = {
  machine: 183,
  code: [
    '000080d2', // mov x0, 0
    '010080d2', // mov x1, 0
    '020080d2', // mov x2, 0: no timeout
    '030080d2', // mov x3, 0
    '280980d2', // mov x8, 73 (ppoll)
    '010000d4', // svc 0
    'faffff17', // b to the first
  ],
}

/** By the names that engines have for them. */
const programs = new Map([
  ['amd64', x64],
  ['x86_64', x64],
  ['arm64', arm64],
  ['aarch64', arm64],
])
