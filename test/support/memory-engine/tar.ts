/** Tar archives in memory (POSIX.1-1988 ustar): contexts for builds, and what the memory engine reads of one. */
const block = 512

/** A file by its content, one with another mode than 0644, or a symbolic link. */
export type TarEntry = string | {content: Buffer; mode: number} | {link: string}

export const tarOf = (files: Readonly<Record<string, TarEntry>>): Buffer => {
  const parts = Object.entries(files).flatMap(([path, entry]) => {
    if (typeof entry === 'object' && 'link' in entry) return [header(path, 0, 0o777, entry.link)]
    const {content, mode} = typeof entry === 'string' ? {content: Buffer.from(entry), mode: 0o644} : entry
    return [header(path, content.length, mode), content, padding(content.length)]
  })
  return Buffer.concat([...parts, Buffer.alloc(2 * block)])
}

/** The content of one file; undefined where the archive has none of that path. */
export const fileInTar = (tar: Buffer, path: string): string | undefined => {
  for (let at = 0; at + block <= tar.length;) {
    const name = text(tar, at, 100).replace(/^\.\//, '')
    const size = Number.parseInt(text(tar, at + 124, 12), 8) || 0
    const isFile = '0\0'.includes(String.fromCharCode(tar[at + 156] ?? 0))
    if (isFile && name === path) return tar.toString('utf8', at + block, at + block + size)
    at += block + size + padding(size).length
  }
  return undefined
}

const header = (path: string, size: number, mode: number, link = ''): Buffer => {
  const bytes = Buffer.alloc(block)
  bytes.write(path, 0, 100)
  bytes.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  bytes.write(`${'0'.repeat(7)}\0${'0'.repeat(7)}\0`, 108)
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  bytes.write(`${'0'.repeat(11)}\0`, 136)
  bytes.write(`        ${link === '' ? '0' : '2'}`, 148)
  bytes.write(link, 157)
  bytes.write('ustar\u000000', 257)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

const padding = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block)

const text = (tar: Buffer, at: number, length: number): string => {
  const [value = ''] = tar.toString('utf8', at, at + length).split('\0')
  return value
}
