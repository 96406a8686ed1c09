/** Passes on what it hears once it is released, in order: what began at once is told after what it belongs to. */
export const heldBack = <T>(listener: (event: T) => void): {listener: (event: T) => void; release(): void} => {
  let waiting: T[] | undefined = []
  return {
    listener(event) {
      if (waiting) waiting.push(event)
      else listener(event)
    },
    release() {
      const before = waiting ?? []
      waiting = undefined
      for (const event of before) listener(event)
    },
  }
}
