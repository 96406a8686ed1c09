/** Prometheus' text format 0.0.4. */

export type Labels = Readonly<Record<string, string>>
export type Sample = readonly [labels: Labels, value: number]

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** A metric with all of its samples; nothing at all without any. */
export const metric = (name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string =>
  samples.length === 0 ? '' : head(name, type, help) + samples.map((sample) => line(name, sample)).join('')

/** What was counted per bucket, the last one open, and the sum of all that is in them. */
export interface Distribution {
  labels: Labels
  counts: readonly number[]
  sum: number
}

export const histogram = (
  name: string,
  help: string,
  bounds: readonly number[],
  distributions: readonly Distribution[],
): string =>
  distributions.length === 0
    ? ''
    : head(name, 'histogram', help) + distributions.map((each) => distributionLines(name, bounds, each)).join('')

const distributionLines = (name: string, bounds: readonly number[], {labels, counts, sum}: Distribution): string => {
  let total = 0
  const buckets = counts.map((count, index) => {
    total += count
    return line(`${name}_bucket`, [{...labels, le: String(bounds[index] ?? '+Inf')}, total])
  })
  return `${buckets.join('')}${line(`${name}_sum`, [labels, sum])}${line(`${name}_count`, [labels, total])}`
}

const head = (name: string, type: string, help: string): string =>
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`

const line = (name: string, [labels, value]: Sample): string => {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
}

const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
