import {z} from 'zod'

import {parseGoDuration} from '../go-duration.ts'
import {isMap} from '../tree.ts'

/** A map of known keys; those that begin with `x-` are somebody else's (Compose Specification, Extension). */
export const shape = <T extends z.ZodRawShape>(keys: T) =>
  z.preprocess(withoutExtensions, z.strictObject(keys, {error: 'expected a map'}))

export const withoutExtensions = (value: unknown): unknown =>
  isMap(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-'))) : value

/** What is told to imm stays. */
export const withoutOthers = (value: unknown): unknown => {
  const plain = withoutExtensions(value)
  return isMap(plain) && isMap(value) && 'x-imm' in value ? {...plain, 'x-imm': value['x-imm']} : plain
}

export const text = z.string({error: 'expected a text'})
/** also where a number was written */
export const word = z.union([z.string(), z.number(), z.boolean()], {error: 'expected a text'}).transform(String)
export const words = z.array(word, {error: 'expected a list of texts'})
export const oneOrMany = z
  .union([z.string(), words], {error: 'expected a text or a list of texts'})
  .transform((value) => (typeof value === 'string' ? [value] : value))

/** Variables may stand for all of these, so that they come as texts, too. */
export const flag = z
  .union([z.boolean(), z.string().regex(/^(?:true|false|yes|no|on|off|y|n|1|0|t|f)$/i)], {
    error: 'expected true or false',
  })
  .transform((value) => (typeof value === 'boolean' ? value : /^(?:true|yes|on|y|1|t)$/i.test(value)))
export const number = z
  .union([z.number(), z.string().regex(/^-?\d+(?:\.\d+)?$/)], {error: 'expected a number'})
  .transform(Number)
export const integer = number.refine(Number.isSafeInteger, {error: 'expected a whole number'})

/** Bytes: `512m`, `1.5gb`, `64 MiB` or a number of them; powers of 1024, as in Docker's own flags. */
export const bytes = z
  .union([z.number(), z.string().regex(/^\d+(?:\.\d+)? ?(?:[kmgtp]?(?:i?b)?)$/i)], {
    error: 'expected a size such as 512m',
  })
  .transform((value) => {
    const [, amount = '0', unit = ''] = /^([\d.]+) ?([kmgtp]?)/i.exec(String(value)) ?? []
    return Math.floor(Number(amount) * 1024 ** ' kmgtp'.indexOf(unit.toLowerCase() || ' '))
  })
/** -1: no limit */
export const bytesOrNone = z.union([z.literal([-1, '-1']).transform(() => -1), bytes])

/** Milliseconds of Go's `1m30s`, `1.5h`, `200ms`. */
export const durationMs = z
  .union([z.string(), z.number()], {error: 'expected a duration such as 10s'})
  .transform((value, context) => {
    const ms = parseGoDuration(String(value))
    if (ms === undefined) context.addIssue({code: 'custom', message: 'expected a duration such as 10s, with its unit'})
    return ms ?? 0
  })

/** `KEY=VALUE` in a list, or a map; null: its value comes from outside. */
export const keyValues = z
  .union(
    [
      z.record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean(), z.null()], {error: 'expected a text, a number or nothing'}),
      ),
      z.array(word),
    ],
    {error: 'expected a map or a list of KEY=VALUE'},
  )
  .transform((value) =>
    Object.fromEntries(
      Array.isArray(value)
        ? value.map((item) => split(item))
        : Object.entries(value).map(([key, one]) => [key, one === null ? null : String(one)]),
    ),
  )
  .pipe(z.record(z.string(), z.string().nullable()))

const split = (item: string): [string, string | null] => {
  const at = item.indexOf('=')
  return at < 0 ? [item, null] : [item.slice(0, at), item.slice(at + 1)]
}

/** Labels and the like: nothing is empty. */
export const labels = keyValues.transform((value) =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [key, one ?? ''])),
)

export const names = z.string().regex(/^[a-zA-Z0-9._-]+$/, {error: 'expected a name of letters, digits, . _ and -'})
