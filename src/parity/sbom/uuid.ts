import {createHash} from 'node:crypto'

/** Ours, as the name space of all serial numbers: drawn once. */
const namespace = Buffer.from('6f0d0c1e5b4a4d0e9c8a2f6d1b7e3a54', 'hex')

/** UUID of version 5 (RFC 9562): the same for the same content. */
export const uuidOf = (content: string): string => {
  const bytes = createHash('sha1').update(namespace).update(content).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
