/** Runs each piece of work once the one before has ended, however that ended. */
export const serialised = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve()
  return async (work) => {
    const result = last.then(work, work)
    last = result.catch(() => undefined)
    return result
  }
}
