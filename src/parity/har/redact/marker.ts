/** Stands where a value was. */
export const redacted = '[redacted]'
