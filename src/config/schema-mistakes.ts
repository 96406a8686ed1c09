import type {z} from 'zod'

import type {KeyPath, Mistake} from './mistakes.ts'
import {sectionKeys} from './section-keys.ts'
import {suggest} from './suggest.ts'

/** Mistakes of a value that does not fit the schema, one per key, in words. */
export const schemaMistakes = (issues: readonly z.core.$ZodIssue[], value: unknown): Mistake[] =>
  issues.flatMap((issue) => issueMistakes(issue, value, []))

const issueMistakes = (issue: z.core.$ZodIssue, root: unknown, above: KeyPath): Mistake[] => {
  const path = [...above, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({path: [...path, key], message: unknownKey(path, key)}))
  if (issue.code === 'invalid_key') return issue.issues.map(({message}) => ({path, message}))
  if (issue.code === 'custom') return [{path, message: issue.message}]
  if (issue.code === 'invalid_union') {
    // Of several shapes, the one that was tried: its mistakes say more than "none of these".
    const tried = issue.errors.filter(
      (branch) =>
        !branch.some(({code, path: at}) => (code === 'invalid_type' || code === 'invalid_value') && at.length === 0),
    )
    const [only, ...others] = tried
    if (only && others.length === 0) return only.flatMap((inner) => issueMistakes(inner, root, path))
  }
  return [{path, message: issue.message + found(path, root)}]
}

const unknownKey = (path: KeyPath, key: string): string => {
  const names = withinApp(path).filter((part) => typeof part === 'string')
  const known = sectionKeys[names.length === 0 && path.length > 0 ? 'apps' : names.join('.')] ?? []
  const meant = suggest(key, known)
  if (meant) return `unknown key; did you mean "${meant}"?`
  return known.length === 0 ? 'unknown key' : `unknown key; known are ${known.join(', ')}`
}

/** `apps.web.env` is as `env`. */
const withinApp = (path: KeyPath): KeyPath => (path[0] === 'apps' && path.length > 1 ? path.slice(2) : path)

// Secrets are kept here, or are written here by mistake: what is found in them is never repeated.
const secretive = (whole: KeyPath): boolean => {
  const path = withinApp(whole)
  return (
    path.length === 0 ||
    path[0] === 'jobs' ||
    path[0] === 'env' ||
    path[0] === 'secrets' ||
    path[0] === 'command' ||
    (path[0] === 'build' && path[1] === 'args') ||
    (path[0] === 'verify' && path.some((part) => secretInChecks.has(part))) ||
    (path[0] === 'previews' && path.some((part) => secretInPreviews.has(part)))
  )
}

const secretInPreviews = new Set<string | number>(['env', 'seed', 'hooks'])
const secretInChecks = new Set<string | number>(['command', 'headers', 'body', 'json'])

const found = (path: KeyPath, root: unknown): string => {
  const value = path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
    root,
  )
  return `, got ${kind(value, !secretive(path))}`
}

const longestShown = 60

const kind = (value: unknown, show: boolean): string => {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return show && value.length <= longestShown ? JSON.stringify(value) : 'a text'
  return show ? JSON.stringify(value) : `a ${typeof value}`
}
