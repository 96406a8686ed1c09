const handshakeRecord = 0x16
const clientHello = 1
const serverNameExtension = 0
const hostNameType = 0

/** Whether a connection's first bytes are TLS: no HTTP begins with that one. */
export const isTls = (read: Buffer): boolean => read[0] === handshakeRecord

/**
 * The name that a client asks for with its ClientHello (RFC 8446 4.1.2, RFC 6066 section 3); undefined where it names none, or where
 * `read` does not tell: who asks is looked at again in the handshake.
 */
export const serverNameOf = (read: Buffer): string | undefined => {
  try {
    return nameIn(read)
  } catch {
    // Out of range: the rest is not here yet, or it makes no sense.
    return undefined
  }
}

const nameIn = (read: Buffer): string | undefined => {
  // Record header: type, version, length. Handshake header: type, length. Then version and random.
  if (read[0] !== handshakeRecord || read[5] !== clientHello) return undefined
  let at = 5 + 4 + 2 + 32
  at += 1 + read.readUInt8(at) // session
  at += 2 + read.readUInt16BE(at) // cipher suites
  at += 1 + read.readUInt8(at) // compression methods
  const end = at + 2 + read.readUInt16BE(at)
  at += 2
  while (at < end) {
    const type = read.readUInt16BE(at)
    const length = read.readUInt16BE(at + 2)
    at += 4
    if (type === serverNameExtension) return hostNameIn(read, at)
    at += length
  }
  return undefined
}

/** Of a list of names: there is one type, and one of each type. */
const hostNameIn = (read: Buffer, at: number): string | undefined => {
  if (read.readUInt8(at + 2) !== hostNameType) return undefined
  const start = at + 5
  const end = start + read.readUInt16BE(at + 3)
  return end <= read.length ? read.toString('latin1', start, end) : undefined
}
