/** Where two JSON values are made differently: paths such as `items[].price` that only one of them has, or has as another kind. */
export interface ShapeDifference {
  one: readonly string[]
  other: readonly string[]
}

const maxDepth = 32

/** Values don't count, nor does null or an empty list, which may stand for anything; a list is as its elements are together. */
export const shapeDifference = (one: unknown, other: unknown): ShapeDifference => {
  const found = {one: [] as string[], other: [] as string[]}
  compare('', one, other, 0)
  return found

  function compare(path: string, a: unknown, b: unknown, depth: number): void {
    const kinds = [kindOf(a), kindOf(b)] as const
    if (depth > maxDepth || kinds.includes('null')) return
    if (kinds[0] !== kinds[1]) {
      found.one.push(`${path || 'a body'} as ${kinds[0]}`)
      found.other.push(`${path || 'a body'} as ${kinds[1]}`)
    } else if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length > 0 && b.length > 0) compare(`${path}[]`, together(a), together(b), depth + 1)
    } else if (isRecord(a) && isRecord(b)) {
      const below = (key: string): string => (path === '' ? key : `${path}.${key}`)
      for (const key of Object.keys(a)) {
        if (Object.hasOwn(b, key)) compare(below(key), a[key], b[key], depth + 1)
        else found.one.push(below(key))
      }
      for (const key of Object.keys(b)) if (!Object.hasOwn(a, key)) found.other.push(below(key))
    }
  }
}

/** One element with all keys that any of them has. */
const together = (list: readonly unknown[]): unknown => {
  if (!list.every(isRecord)) return list.find((element) => element !== null) ?? null
  const all = new Map<string, unknown>()
  for (const element of list)
    for (const [key, value] of Object.entries(element)) if ((all.get(key) ?? null) === null) all.set(key, value)
  return Object.fromEntries(all)
}

const isRecord = (value: unknown): value is Record<string, unknown> => kindOf(value) === 'object'

const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
