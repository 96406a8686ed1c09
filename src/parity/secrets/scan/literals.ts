/** As many bytes of each literal are looked for; more would be compared in vain. */
export const literalBytes = 4

/** The place of the next literal at or after a place; -1 for none. */
export type FindLiteral = (bytes: Buffer, from: number, to: number) => number

/**
 * Finds any of some literals, skipping most bytes (Wu and Manber's shifts over two bytes): a regular expression of as many alternatives takes
 * several times as long as all else that is done to a layer.
 */
export const literalFinder = (literals: readonly string[]): FindLiteral => {
  const shifts = new Uint8Array(0x1_00_00).fill(literalBytes - 1)
  const wanted = new Set<number>()
  for (const literal of literals) {
    const bytes = Buffer.from(literal, 'latin1')
    wanted.add(bytes.readInt32BE(0))
    for (let at = 0; at < literalBytes - 1; at++) {
      const block = bytes.readUInt16BE(at)
      shifts[block] = Math.min(shifts[block] ?? 0, literalBytes - 2 - at)
    }
  }
  return (bytes, from, to) => {
    for (let at = from + literalBytes - 1; at < to;) {
      const shift = shifts[((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0)] ?? 0
      if (shift > 0) at += shift
      else if (wanted.has(bytes.readInt32BE(at - literalBytes + 1))) return at - literalBytes + 1
      else at++
    }
    return -1
  }
}
