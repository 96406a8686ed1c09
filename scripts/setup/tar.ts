/** One entry of a tar archive, without a time. `path` without a leading slash. */
export interface TarEntry {
  path: string
  mode: number
  type: 'file' | 'directory' | 'link'
  /** of a link */
  target?: string
  /** of a file, bytes */
  size?: number
  /** user and group number; root if absent */
  owner?: number
}

const block = 512
const typeFlags = {file: '0', directory: '5', link: '2'} as const

/** The header block of an entry (POSIX.1-1988 ustar). tar-fs packs directories as they are; this puts files where an image wants them. */
export const tarHeader = ({path, mode, type, target = '', size = 0, owner = 0}: TarEntry): Buffer => {
  const header = Buffer.alloc(block)
  const [prefix, name] = splitPath(path)
  if (Buffer.byteLength(target) > 100) throw new RangeError(`${path}: the link's target is too long for ustar`)
  header.write(name, 0)
  header.write(octal(mode, 8), 100)
  header.write(octal(owner, 8), 108)
  header.write(octal(owner, 8), 116)
  header.write(octal(size, 12), 124)
  header.write(octal(0, 12), 136)
  header.write(' '.repeat(8), 148)
  header.write(typeFlags[type], 156)
  header.write(target, 157)
  header.write('ustar\x0000', 257)
  header.write(prefix, 345)
  // The sum is taken with its own field full of spaces.
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      8,
    ),
    148,
  )
  return header
}

/** What fills a file up to whole blocks. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block)

/** Two empty blocks end an archive. */
export const tarEnd = Buffer.alloc(2 * block)

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`

/** ustar keeps a path in two fields, of 155 and 100 bytes, that meet at a slash. */
const splitPath = (path: string): [prefix: string, name: string] => {
  if (Buffer.byteLength(path) <= 100) return ['', path]
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)]
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return [prefix, name]
  }
  throw new RangeError(`${path}: too long for ustar`)
}
