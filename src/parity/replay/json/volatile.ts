const isoTime =
  /^\d{4}-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|[+-][0-2]\d:?[0-5]\d|UTC))?$/
const httpTime =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
const objectId = /^(?=.*[a-f])(?=.*\d)[\da-f]{24}$/

/** Around the present: what is older is part of the data, and the same on both sides. */
const nearMs = 24 * 3_600_000

/** What a value is of that is another with each answer; undefined for all that is compared. */
export const volatileKind = (value: unknown, nowMs: number): 'time' | 'id' | undefined => {
  if (typeof value === 'number') return isNear(value, nowMs) ? 'time' : undefined
  if (typeof value !== 'string') return undefined
  if (isoTime.test(value) || httpTime.test(value)) return 'time'
  return uuid.test(value) || ulid.test(value) || objectId.test(value) ? 'id' : undefined
}

/** In milliseconds or seconds since 1970. */
const isNear = (value: number, nowMs: number): boolean =>
  Math.abs(value - nowMs) < nearMs || Math.abs(value * 1000 - nowMs) < nearMs
