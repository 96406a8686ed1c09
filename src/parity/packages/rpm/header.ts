import {type Package, unreadable} from '../package.ts'

const tags = {name: 1000, version: 1001, release: 1002, epoch: 1003, architecture: 1022} as const

const int32 = 4
const string = 6
const translated = 9

const entryBytes = 16

/**
 * A package's header as rpm stores it: two numbers (how many entries, how many bytes of data), the entries (tag, type, offset, count), the
 * data. All numbers are big-endian. What rpm's own `%{EPOCH}:%{VERSION}-%{RELEASE}` shows is the version.
 */
export const rpmPackage = (header: Buffer): Package => {
  if (header.length < 8) throw broken()
  const entries = header.readUInt32BE(0)
  const start = 8 + entries * entryBytes
  if (start + header.readUInt32BE(4) > header.length) throw broken()
  const data = header.subarray(start)
  const found = new Map<number, string>()
  for (let at = 8; at < start; at += entryBytes) {
    const value = valueAt(data, header.readUInt32BE(at + 4), header.readUInt32BE(at + 8), header.readUInt32BE(at))
    if (value !== undefined) found.set(header.readUInt32BE(at), value)
  }
  const [name, version, release] = [found.get(tags.name), found.get(tags.version), found.get(tags.release)]
  if (name === undefined || version === undefined || release === undefined) throw broken()
  const epoch = found.get(tags.epoch)
  return {
    name,
    version: `${epoch === undefined ? '' : `${epoch}:`}${version}-${release}`,
    // Keys that packages are signed with are listed as packages, of no architecture.
    architecture: found.get(tags.architecture) ?? '',
  }
}

const wanted = new Set<number>(Object.values(tags))

const valueAt = (data: Buffer, type: number, offset: number, tag: number): string | undefined => {
  if (!wanted.has(tag)) return undefined
  if (type === int32) {
    if (offset + 4 > data.length) throw broken()
    return String(data.readUInt32BE(offset))
  }
  if (type !== string && type !== translated) throw broken()
  const end = data.indexOf(0, offset)
  if (end === -1) throw broken()
  return data.toString('utf8', offset, end)
}

const broken = () => unreadable('an entry of rpm is broken')
