/** A strict reader of Prometheus' text format 0.0.4: throws on whatever a server of it would refuse, and on what it would only forgive. */

export interface Family {
  type: string
  help: string
  samples: {name: string; labels: Record<string, string>; value: number}[]
}

const namePattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const labelPattern = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/

export const readExposition = (text: string): Map<string, Family> => {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families = new Map<string, Family>()
  const seen = new Set<string>()
  let current = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP (\S+) (.+)$/.exec(line)
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line)
    if (help) {
      const [, name = '', words = ''] = help
      if (!namePattern.test(name) || families.has(name)) throw new Error(`told twice, or no name: ${line}`)
      families.set(name, {type: '', help: words, samples: []})
      current = name
    } else if (type) {
      const family = families.get(type[1] ?? '')
      if (type[1] !== current || family === undefined || family.type !== '') throw new Error(`out of place: ${line}`)
      family.type = type[2] ?? ''
    } else {
      const sample = readSample(line)
      const family = families.get(current)
      if (family === undefined || !belongs(sample.name, current, family.type)) throw new Error(`out of place: ${line}`)
      const series = `${sample.name} ${Object.entries(sample.labels)
        .map((pair) => JSON.stringify(pair))
        .toSorted()
        .join()}`
      if (seen.has(series)) throw new Error(`twice: ${line}`)
      seen.add(series)
      family.samples.push(sample)
    }
  }
  for (const [name, family] of families) check(name, family)
  return families
}

const readSample = (line: string): Family['samples'][number] => {
  const match = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line)
  if (match === null) throw new Error(`no sample: ${line}`)
  const [, name = '', pairs = '', value = ''] = match
  if (!namePattern.test(name)) throw new Error(`no name: ${line}`)
  if (!/^(?:[+-]?Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.test(value)) throw new Error(`no value: ${line}`)
  const labels: Record<string, string> = {}
  for (let rest = pairs; rest !== '';) {
    const pair = labelPattern.exec(rest)
    const [all = '', key = '', text = '', comma] = pair ?? []
    rest = rest.slice(all.length)
    if (pair === null || key in labels || (comma === ',' && rest === '')) throw new Error(`labels: ${line}`)
    labels[key] = text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
  }
  return {name, labels, value: Number(value.replace('Inf', 'Infinity'))}
}

const belongs = (sample: string, family: string, type: string): boolean =>
  type === 'histogram'
    ? [`${family}_bucket`, `${family}_sum`, `${family}_count`].includes(sample)
    : sample === family && type !== ''

const rises = (numbers: readonly number[]): boolean =>
  numbers.every((each, index) => index === 0 || each >= numbers[index - 1]!)

const check = (name: string, {type, samples}: Family): void => {
  if (samples.length === 0) throw new Error(`${name} has no samples`)
  if ((type === 'counter') !== name.endsWith('_total')) throw new Error(`${name} is a ${type}`)
  if (type !== 'gauge' && samples.some(({value}) => !(value >= 0))) throw new Error(`${name} is below nothing`)
  if (type !== 'histogram') return
  const groups = Map.groupBy(samples, ({labels: {le: _le, ...labels}}) => JSON.stringify(labels))
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`)
    const bounds = buckets.map(({labels}) => Number(labels['le']?.replace('Inf', 'Infinity')))
    const counts = buckets.map(({value}) => value)
    if (!rises(bounds) || !rises(counts) || bounds.at(-1) !== Infinity) throw new Error(`${name}: buckets`)
    if (group.length !== buckets.length + 2) throw new Error(`${name}: no sum or no count`)
    if (group.find((sample) => sample.name === `${name}_count`)?.value !== counts.at(-1))
      throw new Error(`${name}: count`)
  }
}
