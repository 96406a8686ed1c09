/** Makes of a file's content, as it streams by, the little that is kept of it: of a program of 100 MB its version. */
export interface Reduction {
  /** tells apart what the same content is reduced to at different paths */
  name: string
  begin(size: number): Scan
}

/** Reads one file. It never throws, whatever the file holds. */
export interface Scan {
  /** the bytes are the caller's again afterwards */
  feed(bytes: Buffer): void
  /** what is kept; undefined for nothing */
  end(): Buffer | undefined
}

/** Keeps the file as it is, unless it is larger. */
export const unchanged = (most: number): Reduction => ({
  name: '',
  begin(size) {
    const parts: Buffer[] = []
    return {
      feed(bytes) {
        if (size <= most) parts.push(Buffer.from(bytes))
      },
      end: () => (size <= most ? Buffer.concat(parts) : undefined),
    }
  },
})
