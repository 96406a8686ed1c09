import {isUtf8} from 'node:buffer'

import {z} from 'zod'

import type {KubernetesObject} from './documents.ts'

/** A value with where it comes from: what a Secret holds is one, whatever it looks like. */
export interface Known {
  value: string
  secret: boolean
}

export type HeldKind = 'ConfigMap' | 'Secret'

const texts = z.record(z.string(), z.string()).nullish()
const held = z.object({data: texts, stringData: texts, binaryData: texts})

/** What a ConfigMap or Secret of the same file holds, by key; undefined where the file has none of that name. */
export const heldBy = (
  kind: HeldKind,
  name: string,
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): ReadonlyMap<string, Known> | undefined => {
  // Of two the later one is what is there once both are applied.
  const object = objects.findLast(
    (each) => each.kind === kind && each.name === name && spaceOf(each.namespace) === spaceOf(namespace),
  )
  return object && contentOf(kind, object)
}

const spaceOf = (namespace: string | undefined): string => namespace ?? 'default'

const contentOf = (kind: HeldKind, {content}: KubernetesObject): ReadonlyMap<string, Known> | undefined => {
  const read = held.safeParse(content)
  if (!read.success) return undefined
  const secret = kind === 'Secret'
  const {data, stringData, binaryData} = read.data
  const known = (from: typeof data, reading: (text: string) => string): [string, Known][] =>
    Object.entries(from ?? {}).map(([key, text]) => [key, {value: reading(text), secret}])
  return new Map([
    ...known(data, secret ? decoded : asIs),
    ...known(secret ? stringData : undefined, asIs),
    ...known(secret ? undefined : binaryData, decoded),
  ])
}

/** What is no text stays encoded: as text, two that differ could become the same. */
const decoded = (text: string): string => {
  const bytes = Buffer.from(text, 'base64')
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('base64')
}

const asIs = (text: string): string => text
