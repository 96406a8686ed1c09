const part = (unit: string) => String.raw`(\d+(?:\.\d+)?${unit})?`

/** `10s`, `250ms`, `1m30s`: parts with their units, the largest first. A plain pattern, so that the JSON Schema carries it too. */
export const durationPattern = new RegExp(String.raw`^(?=\d)${['h', 'm', 's', 'ms'].map(part).join('')}$`)

const msPerPart = [3_600_000, 60_000, 1000, 1]

/** Milliseconds of a duration such as `1m30s`, rounded; undefined where the text is none. */
export const parseDuration = (text: string): number | undefined => {
  const parts = durationPattern.exec(text)?.slice(1)
  return (
    parts &&
    Math.round(parts.reduce((sum, value, index) => sum + Number.parseFloat(value ?? '0') * (msPerPart[index] ?? 0), 0))
  )
}
