import {worse} from '../policy/severity.ts'
import type {Finding, ParityReport} from './finding.ts'
import {keyOf} from './key.ts'
import type {Rule} from './rule.ts'

/** A finding that is told, with all that it brings. */
export interface Entry {
  finding: Finding
  brought: readonly Finding[]
}

export interface Outline {
  /** in the order of areas, the worst of each first */
  groups: readonly {area: Rule['area']; entries: readonly Entry[]}[]
  /** allowed by exceptions */
  allowed: readonly Entry[]
}

const order = {
  policy: 0,
  image: 1,
  config: 2,
  os: 3,
  runtimes: 4,
  dependencies: 5,
  files: 6,
  run: 7,
  web: 8,
  behaviour: 9,
  lint: 10,
  vulnerability: 11,
} as const satisfies Record<Rule['area'], number>

export const areas = Object.keys(order) as readonly Rule['area'][]

const isArea = (word: string): word is Rule['area'] => word in order

/** By its rule; of a rule that is not in the catalogue the first word tells. */
export const areaOf = (rule: string, rules: readonly Rule[]): Rule['area'] => {
  const [first = ''] = rule.split('.')
  return rules.find(({id}) => id === rule)?.area ?? (isArea(first) ? first : 'behaviour')
}

export const outlineOf = ({findings}: Pick<ParityReport, 'findings'>, rules: readonly Rule[]): Outline => {
  const bringing = Map.groupBy(findings, ({cause}) => (cause === undefined ? '' : keyOf(cause)))
  const areaByRule = new Map(rules.map(({id, area}) => [id, area]))
  const entries = findings
    .filter(({cause}) => cause === undefined)
    .map((finding) => ({finding, brought: broughtBy(finding, bringing)}))
    .toSorted((a, b) => compare(a.finding, b.finding))
  const told = entries.filter(({finding}) => finding.exception === undefined)
  const grouped = Map.groupBy(told, ({finding}) => areaByRule.get(finding.rule) ?? areaOf(finding.rule, rules))
  return {
    groups: areas.flatMap((area) => {
      const own = grouped.get(area)
      return own === undefined ? [] : [{area, entries: own}]
    }),
    allowed: entries.filter(({finding}) => finding.exception !== undefined),
  }
}

/** Also what is brought by what it brings. */
const broughtBy = (finding: Finding, bringing: ReadonlyMap<string, readonly Finding[]>): Finding[] => {
  const found: Finding[] = []
  const seen = new Set([keyOf(finding)])
  const visit = (key: string) => {
    for (const each of bringing.get(key) ?? []) {
      const own = keyOf(each)
      if (seen.has(own)) continue
      seen.add(own)
      found.push(each)
      visit(own)
    }
  }
  visit(keyOf(finding))
  return found
}

const compare = (a: Finding, b: Finding): number => {
  if (a.severity !== b.severity) return worse(a.severity, b.severity) === a.severity ? -1 : 1
  return byText(a.rule, b.rule) || byText(a.subject, b.subject)
}

/** The same everywhere, whatever the locale. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** `brings 38 others (31 in os, 7 in files)`; undefined where it brings none. */
export const broughtText = ({brought}: Entry, rules: readonly Rule[]): string | undefined => {
  if (brought.length === 0) return undefined
  const byArea = Map.groupBy(brought, ({rule}) => areaOf(rule, rules))
  const parts = areas.flatMap((area) => {
    const count = byArea.get(area)?.length ?? 0
    return count === 0 ? [] : [`${count} in ${area}`]
  })
  return `brings ${brought.length} ${brought.length === 1 ? 'other' : 'others'} (${parts.join(', ')})`
}
