import type {z} from 'zod'

import {suggest} from '../config/suggest.ts'
import {serviceKeys} from './keys/service.ts'
import {fileKeys} from './keys/top.ts'
import type {Problem} from './read.ts'
import type {Path} from './tree.ts'

/** What does not fit the specification, in words. Values are never repeated: they may be secrets. */
export const problemsOf = (issues: readonly z.core.$ZodIssue[], above: Path = []): Problem[] =>
  issues.flatMap((issue): Problem[] => {
    const path = [...above, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({path: [...path, key], message: unknownKey(key, path)}))
    if (issue.code === 'invalid_key') return issue.issues.map(({message}) => ({path, message}))
    if (issue.code !== 'invalid_union') return [{path, message: issue.message}]
    // Of several shapes, the one that was tried: its mistakes say more than "none of these".
    const [tried, ...others] = issue.errors.filter(
      (branch) => !branch.some(({code, path: at}) => code === 'invalid_type' && at.length === 0),
    )
    return tried && others.length === 0 ? problemsOf(tried, path) : [{path, message: issue.message}]
  })

const unknownKey = (key: string, path: Path): string => {
  const isService = path.length === 2 && path[0] === 'services'
  const meant = suggest(key, path.length === 0 ? fileKeys : isService ? serviceKeys : [])
  return meant === undefined
    ? 'unknown key; keys for other tools begin with x-'
    : `unknown key; did you mean "${meant}"?`
}
