/** One list of several, each of which keeps its own order: what comes first of their heads is next. Of what is equal the earlier list's comes first. */
export const merge = <T>(lists: readonly (readonly T[])[], compare: (a: T, b: T) => number): T[] => {
  const rest = lists.map((list) => ({list, at: 0}))
  const merged: T[] = []
  for (;;) {
    let next: {item: T; from: (typeof rest)[number]} | undefined
    for (const from of rest) {
      const item = from.list[from.at]
      if (from.at < from.list.length && (next === undefined || compare(item as T, next.item) < 0))
        next = {item: item as T, from}
    }
    if (next === undefined) return merged
    merged.push(next.item)
    next.from.at += 1
  }
}
