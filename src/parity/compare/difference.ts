import type {Finding} from '../report/finding.ts'
import type {Rule} from '../report/rule.ts'

/** The same of both sides. */
export interface Both<T> {
  a: T
  b: T
}

/** Of what a side may not have. */
export type Either<T> = {[Side in keyof Both<T>]?: T | undefined}

/** Makes the rules of one area. */
export const rulesOf =
  (area: Rule['area']) =>
  (id: string, severity: Rule['severity'], title: string, help: string): Rule => ({id, area, severity, title, help})

/** Of a rule that is off it is a note: who asked for the rule says what it is to be. */
export const difference = (rule: Rule, found: Omit<Finding, 'rule' | 'severity'>): Finding => ({
  rule: rule.id,
  severity: rule.severity === 'off' ? 'note' : rule.severity,
  ...found,
})

/** The usual case: one value on each side, and no more to be said than what they are. */
export const unequal = (
  rule: Rule,
  subject: string,
  what: string,
  {a, b}: Both<string>,
  names: Both<string>,
): Finding[] =>
  a === b ? [] : [difference(rule, {subject, message: `${what} is ${a} in ${names.a} and ${b} in ${names.b}`, a, b})]

/** What one side has and the other has not. */
export const onlyIn = (rule: Rule, subject: string, what: string, value: Either<string>, names: Both<string>) =>
  difference(rule, {
    subject,
    message:
      value.a === undefined ? `${names.a} has no ${what}, ${names.b} has` : `${names.b} has no ${what}, ${names.a} has`,
    ...value,
  })

/** As one line; nothing at all is `none`. */
export const listed = (values: Iterable<string>): string => [...values].toSorted().join(', ') || 'none'

/** `1 file`, `3 files` */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** By name, each name that either side has, in order. */
export const byName = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): [string, Either<T>][] =>
  [...new Set([...a.keys(), ...b.keys()])].toSorted().map((name) => [name, {a: a.get(name), b: b.get(name)}])
