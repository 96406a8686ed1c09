import {isAlias, isMap, isPair, isScalar, isSeq, visit} from 'yaml'
import type {Document, Node, Pair, YAMLMap, YAMLSeq} from 'yaml'

import type {KeyPath} from './mistakes.ts'

/** Where a key (or list item) is, and its value; for a key that is not there, the nearest above it. */
export const locate = (document: Document.Parsed, keys: KeyPath): {offset: number; value: Node | undefined} => {
  let value = resolved(document, document.contents)
  let offset = value?.range?.[0] ?? 0
  for (const key of keys) {
    if (isMap(value)) {
      const pair = findPair(document, value, String(key))
      if (!pair) return {offset, value: undefined}
      offset = (pair.key as Node).range?.[0] ?? offset
      value = resolved(document, pair.value)
    } else if (isSeq(value)) {
      const item = (typeof key === 'number' ? value.items[key] : findVariable(value, key)) as Node | undefined
      offset = item?.range?.[0] ?? offset
      value = resolved(document, item)
    } else return {offset, value: undefined}
  }
  return {offset, value}
}

const findPair = (document: Document.Parsed, map: YAMLMap, key: string): Pair | undefined => {
  const named = (name: string) => map.items.filter((pair) => isScalar(pair.key) && String(pair.key.value) === name)
  const own = named(key)[0]
  if (own) return own
  for (const merge of map.items.filter((pair) => isScalar(pair.key) && pair.key.source === '<<')) {
    const source = resolved(document, merge.value)
    for (const item of isSeq(source) ? source.items : [source]) {
      const from = resolved(document, item)
      const pair = isMap(from) ? findPair(document, from, key) : undefined
      if (pair) return pair
    }
  }
  return undefined
}

/** In a list of `KEY=VALUE`, the item of a key. */
const findVariable = (list: YAMLSeq, key: string): unknown =>
  list.items.find((item) => isScalar(item) && String(item.value).split('=', 1)[0] === key)

const resolved = (document: Document.Parsed, node: unknown): Node | undefined => {
  const target = isAlias(node) ? node.resolve(document) : node
  return target === null || isPair(target) ? undefined : (target as Node | undefined)
}

/** Each alias that has no anchor, in words. */
export const unresolvedAliases = (document: Document.Parsed): {offset: number; message: string}[] => {
  const found: {offset: number; message: string}[] = []
  visit(document, {
    Alias: (_key, alias) => {
      // Not by its name: a password that begins with * is read as an alias.
      if (!alias.resolve(document))
        found.push({
          offset: alias.range?.[0] ?? 0,
          message: 'no anchor for this alias; a value that begins with * needs quotes',
        })
    },
  })
  return found
}
