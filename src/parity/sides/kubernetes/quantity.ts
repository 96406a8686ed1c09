const powers: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A Kubernetes quantity as a number: `512Mi`, `500m`, `1e3`, `1.5`; undefined where the text is none. */
export const quantity = (text: string): number | undefined => {
  const [, amount, unit = ''] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(n|u|m|[kMGTPE]|[KMGTPE]i)?$/.exec(text) ?? []
  if (amount === undefined) return undefined
  const value = Number(amount) * (unit === '' ? 1 : (powers[unit] ?? Number.NaN))
  // 0.1 + 0.2 is no way to tell two limits apart; bytes are told apart by each.
  return Number.isInteger(value) ? value : Number(value.toPrecision(12))
}
