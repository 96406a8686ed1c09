import type {EnvVar} from './facts.ts'

// In words, because a lock file keeps a variable as one line.
const optional = ', if it is there'

/** One that comes from elsewhere; `mayLack`: where that has none of it, it is not set. */
export const fetched = (name: string, from: string, mayLack = false): EnvVar => ({
  name,
  from: `${from}${mayLack ? optional : ''}`,
})

/** All that a place holds which is not known, each with the prefix in front: `DB_* of ConfigMap shop`. */
export const allOf = (prefix: string, from: string, mayLack = false): EnvVar =>
  fetched(`${prefix}* of ${from}`, from, mayLack)

export const isMany = (variable: EnvVar): boolean => 'from' in variable && variable.name.includes('* of ')

export const mayLack = (variable: EnvVar): boolean => 'from' in variable && variable.from.endsWith(optional)

/** Whether a variable of that name may be among them. */
export const mayHold = (many: EnvVar, name: string): boolean =>
  isMany(many) && name.startsWith(many.name.slice(0, many.name.indexOf('* of ')))
