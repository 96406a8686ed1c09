/** The other direction of wire.ts: fields of a Protocol Buffers message (https://protobuf.dev/programming-guides/encoding/). */
export const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields)

/** A varint field; nothing for 0, which is what a missing field means. Whole numbers up to 2^63: bigint above 2^53. */
export const number = (field: number, value: number | bigint): Buffer =>
  value === 0 || value === 0n ? empty : Buffer.concat([key(field, 0), varint(BigInt(value))])

/** A field of bytes, text or another message; nothing for an empty one. */
export const bytes = (field: number, value: Buffer | string): Buffer => {
  const content = typeof value === 'string' ? Buffer.from(value) : value
  return content.length === 0 ? empty : inner(field, content)
}

/** The same for a message that is there although it is empty. */
export const inner = (field: number, content: Buffer): Buffer =>
  Buffer.concat([key(field, 2), varint(BigInt(content.length)), content])

const empty = Buffer.alloc(0)

const key = (field: number, wireType: number): Buffer => Buffer.from([(field << 3) | wireType])

const varint = (value: bigint): Buffer => {
  const out: number[] = []
  let left = value
  for (; left > 127n; left >>= 7n) out.push(Number(left & 127n) | 128)
  out.push(Number(left))
  return Buffer.from(out)
}
