import {quoted} from './quoted.ts'

/**
 * Where a JSON value lacks what is expected of it; undefined where it has all. Of a map only what is named counts, a list has as many items,
 * anything else is equal; a text such as `<number>` stands for any value of its kind.
 */
export const jsonMismatch = (value: unknown, expected: unknown, at = ''): string | undefined => {
  const kind = typeof expected === 'string' ? kinds[expected] : undefined
  if (kind) return kind(value) ? undefined : wrong(at, String(expected), value)
  if (Array.isArray(expected)) {
    if (!Array.isArray(value)) return wrong(at, 'a list', value)
    if (value.length !== expected.length) return `${place(at)}expected ${expected.length} items, got ${value.length}`
    return first(expected, (item, index) => jsonMismatch(value[index], item, `${at}[${index}]`))
  }
  if (isMap(expected)) {
    if (!isMap(value)) return wrong(at, 'a map', value)
    return first(Object.keys(expected), (key) => {
      const inner = at === '' ? key : `${at}.${key}`
      if (!Object.hasOwn(value, key)) return `${place(inner)}expected ${quoted(expected[key])}, got nothing`
      return jsonMismatch(value[key], expected[key], inner)
    })
  }
  return value === expected ? undefined : wrong(at, quoted(expected), value)
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const kinds: Partial<Record<string, (value: unknown) => boolean>> = {
  '<any>': () => true,
  '<string>': (value) => typeof value === 'string',
  '<number>': (value) => typeof value === 'number',
  '<boolean>': (value) => typeof value === 'boolean',
  '<list>': (value) => Array.isArray(value),
  '<map>': isMap,
}

const first = <T>(items: readonly T[], look: (item: T, index: number) => string | undefined): string | undefined => {
  for (const [index, item] of items.entries()) {
    const found = look(item, index)
    if (found !== undefined) return found
  }
  return undefined
}

const wrong = (at: string, expected: string, value: unknown): string =>
  `${place(at)}expected ${expected}, got ${quoted(value)}`

const place = (at: string): string => (at === '' ? '' : `${at}: `)
