export interface Peeked {
  /** the first bytes, fewer only where there are no more */
  head: Buffer
  /** all bytes, the first ones included */
  all: AsyncGenerator<Buffer, void, undefined>
}

/** Looks at the first bytes of a stream without taking them away. */
export const peek = async (stream: AsyncIterator<Buffer>, bytes: number): Promise<Peeked> => {
  const parts: Buffer[] = []
  let length = 0
  while (length < bytes) {
    const next = await stream.next()
    if (next.done === true) break
    parts.push(next.value)
    length += next.value.length
  }
  return {head: Buffer.concat(parts).subarray(0, bytes), all: chained(parts, stream)}
}

// By hand, not with `for await`: who stops reading an entry must not end the archive that it is in.
async function* chained(
  parts: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  yield* parts
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}
