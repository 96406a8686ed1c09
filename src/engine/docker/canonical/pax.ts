/** A record of a PAX extended header (POSIX pax, `ustar` interchange format): values are bytes, and xattrs are no text. */
export interface PaxRecord {
  key: string
  value: Buffer
}

const space = 0x20
const equals = 0x3d

export const paxRecords = (body: Buffer): PaxRecord[] => {
  const records: PaxRecord[] = []
  for (let at = 0; at < body.length;) {
    const gap = body.indexOf(space, at)
    const length = gap < 0 ? NaN : Number(body.subarray(at, gap).toString())
    const record = body.subarray(gap + 1, at + length - 1)
    const sign = record.indexOf(equals)
    // What is no record is the end: padding.
    if (!(length > 0) || sign < 0) break
    records.push({key: record.subarray(0, sign).toString(), value: record.subarray(sign + 1)})
    at += length
  }
  return records
}

export const paxBody = (records: readonly PaxRecord[]): Buffer => Buffer.concat(records.map(recordBytes))

const recordBytes = ({key, value}: PaxRecord): Buffer => {
  const text = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')])
  // The length counts its own digits.
  let length = text.length
  while (length !== text.length + String(length).length) length = text.length + String(length).length
  return Buffer.concat([Buffer.from(String(length)), text])
}
