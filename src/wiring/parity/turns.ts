export type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** Does one piece of work after the other, in the order in which they came. One that fails keeps no other from its turn. */
export const turns = (): Turn => {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
}
