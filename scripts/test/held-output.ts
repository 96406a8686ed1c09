/** Where a program's output goes. */
export interface Output {
  write(chunk: string | Uint8Array): unknown
}

/** What one of two programs prints that run at once, kept until it is released: each is read in one piece. */
export const heldOutput = (target: Output): Output & {release(): void} => {
  const held: (string | Uint8Array)[] = []
  let released = false
  return {
    write: (chunk) => (released ? target.write(chunk) : held.push(chunk)),
    release() {
      released = true
      for (const chunk of held.splice(0)) target.write(chunk)
    },
  }
}
