/** Values pushed from somewhere, read in order by one reader. */
export class EventQueue<T> {
  readonly #values: T[] = []
  #wake = Promise.withResolvers<void>()
  #end: {error?: Error} | undefined

  push(value: T): void {
    this.#values.push(value)
    this.#wake.resolve()
  }

  /** No more values; with an error, the reader gets it after the last value. */
  end(error?: Error): void {
    this.#end ??= error === undefined ? {} : {error}
    this.#wake.resolve()
  }

  async *read(signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const stop = () => this.#wake.resolve()
    signal.addEventListener('abort', stop, {once: true})
    try {
      for (;;) {
        signal.throwIfAborted()
        while (this.#values.length > 0) yield this.#values.shift() as T
        if (this.#end) break
        await this.#wake.promise
        this.#wake = Promise.withResolvers<void>()
      }
      if (this.#end.error !== undefined) throw this.#end.error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
