/** Parts of a file that are kept while it comes. */
export interface Windows {
  /** from there on; what has gone by already is not in it, nor what is past the end of the file */
  keep(start: number, size: number): Window
  /** bytes of the file, where they are in it; they may overlap what came before */
  feed(bytes: Buffer, offset: number): void
}

export interface Window {
  start: number
  bytes(): Buffer
}

export const windowsOf = (): Windows => {
  const open = new Set<{next: number; end: number; parts: Buffer[]}>()
  return {
    keep(start, size) {
      const window = {next: start, end: start + size, parts: [] as Buffer[]}
      open.add(window)
      return {start, bytes: () => Buffer.concat(window.parts)}
    },
    feed(bytes, offset) {
      for (const window of open) {
        if (window.next < offset || window.next >= offset + bytes.length) continue
        const part = Buffer.from(bytes.subarray(window.next - offset, window.end - offset))
        window.parts.push(part)
        window.next += part.length
        if (window.next >= window.end) open.delete(window)
      }
    },
  }
}
