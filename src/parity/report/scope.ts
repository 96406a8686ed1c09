import type {Gap, SideFacts} from '../facts.ts'
import type {ParityReport} from './finding.ts'
import {reasonInNeither} from './in-neither.ts'
import {areaOf} from './outline.ts'
import type {Rule} from './rule.ts'

/** What `--only` takes. */
export const askableAreas = [
  'image',
  'config',
  'os',
  'runtimes',
  'dependencies',
  'files',
  'run',
  'web',
  'behaviour',
] as const satisfies readonly Rule['area'][]

/** Parts of a side that are compared within an area of another name. */
const within: Readonly<Record<string, string>> = {packages: 'os', base: 'image'}

const asked = (area: string, only: readonly string[]): boolean =>
  only.length === 0 || only.includes(within[area] ?? area)

/** What was asked for alone. What the policy itself is at fault for is told always. */
export const scoped = (report: ParityReport, only: readonly string[], rules: readonly Rule[]): ParityReport => {
  const compared = report.compared.filter((area) => asked(area, only))
  const uncompared = report.uncompared.filter(({area}) => asked(area, only))
  return {
    ...report,
    findings: report.findings.filter(({rule}) => {
      const area = areaOf(rule, rules)
      return area === 'policy' || asked(area, only)
    }),
    compared,
    uncompared: [...uncompared, ...inNeither({compared, uncompared}, only, report.compared.includes('image'))],
  }
}

/** What neither side has is no part of the question, unless it was the question. */
const inNeither = (
  {compared, uncompared}: Pick<ParityReport, 'compared' | 'uncompared'>,
  only: readonly string[],
  haveImages: boolean,
): {area: string; reason: string}[] => {
  const told = new Set([...compared, ...uncompared.map(({area}) => within[area] ?? area)])
  if (only.length === 0 && told.size === 0) return [{area: 'sides', reason: 'the two have nothing in common'}]
  return only.filter((area) => !told.has(area)).map((area) => ({area, reason: reasonInNeither(area, haveImages)}))
}

/**
 * Whether something was to be compared and could not be: what was asked for by name, what a side has and could not be read, or everything.
 * That a side of its kind has no such part (an image says nothing of limits) is told, and is no failure.
 */
export const isIncomplete = (
  {compared, uncompared}: Pick<ParityReport, 'compared' | 'uncompared'>,
  only: readonly string[],
  sides: readonly SideFacts[],
): boolean => {
  if (compared.length === 0) return true
  // Of the base only causes are known: without it everything is compared all the same.
  const counting = uncompared.filter(({area}) => area !== 'base')
  if (only.length > 0) return counting.length > 0 || only.some((area) => !compared.includes(area))
  const gaps = new Set(sides.flatMap((side) => side.gaps.flatMap(({part}) => partsOf(part))))
  return counting.some(({area}) => gaps.has(areaOfPart(area)))
}

const areaOfPart = (part: string): string => within[part] ?? part

const partsOf = (part: Gap['part']): string[] => {
  if (part === 'base') return []
  return part === 'image' ? ['image', 'config', 'os', 'runtimes', 'dependencies', 'files'] : [areaOfPart(part)]
}
