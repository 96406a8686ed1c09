/**
 * Protocol Buffers' wire format, as much as BuildKit's progress needs (https://protobuf.dev/programming-guides/encoding/).
 * A few lines instead of a schema compiler: dockerode's own decoder gives ready-made sentences only, and steps are needed.
 */

/** One field: a number for varints, bytes for strings and messages. */
export interface WireField {
  number: number
  value: number | Buffer
}

export function* wireFields(bytes: Buffer): Generator<WireField, void, undefined> {
  let at = 0
  const varint = (): number => {
    let value = 0
    // Multiplied, not shifted: times and sizes pass 32 bits.
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * factor
      if (byte < 128) break
    }
    return value
  }
  while (at < bytes.length) {
    const key = varint()
    const number = Math.floor(key / 8)
    switch (key % 8) {
      case 0:
        yield {number, value: varint()}
        break
      case 1:
        at += 8
        break
      case 2: {
        const length = varint()
        yield {number, value: bytes.subarray(at, at + length)}
        at += length
        break
      }
      case 5:
        at += 4
        break
      default:
        throw new RangeError(`wire type ${key % 8} is none that BuildKit sends`)
    }
  }
}
