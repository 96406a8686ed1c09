/** Results in the order of the items, with up to `limit` of them under way. The first failure ends it, when its turn comes. */
export async function* ahead<T, R>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = []
  try {
    for (const item of items) {
      const result = work(item)
      // Its turn may never come; without this a failure then would end the process.
      result.catch(() => undefined)
      underWay.push(result)
      if (underWay.length >= limit) yield await (underWay.shift() as Promise<R>)
    }
    while (underWay.length > 0) yield await (underWay.shift() as Promise<R>)
  } finally {
    await Promise.allSettled(underWay)
  }
}
