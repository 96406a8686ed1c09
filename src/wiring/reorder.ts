export interface Reorder<T> extends Disposable {
  add(item: T): void
}

/**
 * Gives on what arrives out of order in the order of its times: what comes within `holdMs` of the first that waits, together; `Infinity`: all
 * of it at the end. What is left when it is disposed is given on.
 */
export const reorder = <T>(holdMs: number, timeOf: (item: T) => number, give: (item: T) => void): Reorder<T> => {
  let waiting: T[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const given = waiting.toSorted((a, b) => timeOf(a) - timeOf(b))
    waiting = []
    for (const item of given) give(item)
  }
  return {
    add(item) {
      waiting.push(item)
      if (holdMs !== Infinity) timer ??= setTimeout(flush, holdMs)
    },
    [Symbol.dispose]: flush,
  }
}
