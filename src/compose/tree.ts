/** YAML as values; what a Compose file is before it is known to be one. */
export type Tree = string | number | boolean | null | Tree[] | TreeMap
export interface TreeMap {
  [key: string]: Tree
}

export type Path = readonly (string | number)[]

export const isMap = (value: unknown): value is TreeMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `services.web.ports[0]` */
export const pathName = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '')

/** Applies `change` to every text in it. */
export const mapTexts = (tree: Tree, change: (text: string, path: Path) => Tree, path: Path = []): Tree => {
  if (typeof tree === 'string') return change(tree, path)
  if (Array.isArray(tree)) return tree.map((item, index) => mapTexts(item, change, [...path, index]))
  if (!isMap(tree)) return tree
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, mapTexts(value, change, [...path, key])]))
}
