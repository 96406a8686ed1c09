const msPerUnit: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}
const part = /(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|s|m|h)/g

/** Milliseconds of a duration as Go writes it (`1m30s`); undefined where the text is none. */
export const parseGoDuration = (text: string): number | undefined => {
  if (text === '0') return 0
  if (text === '' || text.replaceAll(part, '') !== '') return undefined
  return [...text.matchAll(part)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (msPerUnit[unit] ?? 0),
    0,
  )
}
