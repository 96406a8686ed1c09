/** A place in JSON: the names on the way there, `*` for an element of an array. */
export type Field = readonly string[]

/** `items.*.id` */
export const fieldText = (field: Field): string => (field.length === 0 ? '(all)' : field.join('.'))

/** Whether a place is meant by a pattern such as `items.*.id` (`*`: one step) or `**.createdAt` (`**`: any number of steps). */
export const matchesField = (pattern: string, field: Field): boolean => matches(pattern.split('.'), field)

const matches = (pattern: readonly string[], field: Field): boolean => {
  const [first, ...rest] = pattern
  if (first === undefined) return field.length === 0
  if (first === '**') return matches(rest, field) || (field.length > 0 && matches(pattern, field.slice(1)))
  return field.length > 0 && (first === '*' || first === field[0]) && matches(rest, field.slice(1))
}
