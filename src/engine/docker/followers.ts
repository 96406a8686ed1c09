/** Who still reads the output of which container: a container must not be removed under a reader that waits for its last lines. */
export interface Followers {
  /** Disposed when the reader has what it needs. */
  add(id: string): Disposable
  has(id: string): boolean
  /** Resolves when nobody reads that container any more, at the latest after `timeoutMs`. */
  gone(id: string, timeoutMs: number): Promise<void>
}

export const followers = (): Followers => {
  const reading = new Map<string, Set<Promise<void>>>()
  return {
    add(id) {
      const {promise, resolve} = Promise.withResolvers<void>()
      const readers = reading.get(id) ?? new Set()
      reading.set(id, readers.add(promise))
      return {
        [Symbol.dispose]() {
          readers.delete(promise)
          if (readers.size === 0) reading.delete(id)
          resolve()
        },
      }
    },
    has: (id) => reading.has(id),
    async gone(id, timeoutMs) {
      const readers = reading.get(id)
      if (!readers) return
      const {promise, resolve} = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, timeoutMs)
      await Promise.race([Promise.all(readers), promise])
      clearTimeout(timer)
    },
  }
}
