/** What Kubernetes counts in: it rounds up what is less. */
const nano = 9

const decimal: Readonly<Record<string, number>> = {n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18}
const binary: Readonly<Record<string, number>> = {Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60}

/** More than Kubernetes itself takes for a number, and no more digits than are counted in a moment. */
const mostDigits = 40

/** A Kubernetes quantity in billionths, exactly: `512Mi`, `500m`, `1e3`, `1.5`; undefined where the text is none. */
const nanosOf = (text: string): bigint | undefined => {
  const [, sign, whole = '', fraction = '', exponent = '0', unit = ''] =
    /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?(n|u|m|[kMGTPE]|[KMGTPE]i)?$/.exec(text) ?? []
  if (sign === undefined) return undefined
  const power = Number(exponent) + (decimal[unit] ?? 0) - fraction.length + nano
  if (whole.length + fraction.length > mostDigits || Math.abs(power) > mostDigits) return undefined
  const amount = BigInt(whole + fraction) << BigInt(binary[unit] ?? 0)
  const divisor = power < 0 ? 10n ** BigInt(-power) : 1n
  const scaled = power > 0 ? amount * 10n ** BigInt(power) : amount
  const nanos = (scaled + divisor - 1n) / divisor
  return sign === '-' ? -nanos : nanos
}

/** As a number. */
export const quantity = (text: string): number | undefined => {
  const nanos = nanosOf(text)
  if (nanos === undefined) return undefined
  const one = 10n ** BigInt(nano)
  // The two apart: as one number of billionths it had too many digits.
  return Number(nanos / one) + Number(nanos % one) / Number(one)
}

/** The same words for the same amount: `1Gi` and `1024Mi`; what is no quantity stays as it is. */
export const plainQuantity = (text: string): string => {
  const nanos = nanosOf(text)
  if (nanos === undefined) return text
  return nanos % 10n ** BigInt(nano) === 0n ? `${nanos / 10n ** BigInt(nano)}` : `${nanos}n`
}
