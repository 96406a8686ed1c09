import type {Gap, SideFacts} from '../facts.ts'
import type {Finding} from '../report/finding.ts'
import type {Rule} from '../report/rule.ts'
import {type Areas, areasOf} from './areas.ts'
import {comparisonRules} from './catalogue.ts'
import {compareArguments} from './config/arguments.ts'
import {effectiveOf} from './config/effective.ts'
import {compareEnv} from './config/env.ts'
import {compareHealthchecks} from './config/healthcheck.ts'
import {compareSettings} from './config/settings.ts'
import type {Both} from './difference.ts'
import {startedBy} from './files/started.ts'
import {compareImages} from './images.ts'
import {compareByImm} from './run/by-imm.ts'
import {compareRunImage} from './run/image.ts'
import {compareLife} from './run/life.ts'
import {compareLimits} from './run/limits.ts'
import {compareMounts} from './run/mounts.ts'
import {compareNetworks} from './run/networks.ts'
import {compareOthers} from './run/others.ts'
import {compareRights} from './run/rights.ts'
import {compareTls} from './web/tls.ts'
import {compareWeb} from './web/web.ts'

export interface Comparison extends Areas {
  findings: Finding[]
}

/** `asked`: rules that are off, and are to be looked for all the same. */
export const compareSides = (
  a: SideFacts,
  b: SideFacts,
  {asked = () => false}: {asked?: (rule: Rule) => boolean} = {},
): Comparison => {
  const names = {a: a.name, b: b.name}
  const config = compareConfig({a, b}, names)
  const findings = [
    ...(a.image && b.image
      ? compareImages(
          {a: a.image, b: b.image},
          {
            names,
            config,
            workdir: effectiveOf(a).config.workdir?.value || '/',
            started: new Set([a, b].flatMap((each) => startedBy(effectiveOf(each)))),
            isWhole: (part) => ({a: isWhole(a, part), b: isWhole(b, part)}),
          },
        )
      : config),
    ...compareRunImage({a, b}, names),
    ...(a.run && b.run ? compareRun({a: a.run, b: b.run}, names) : []),
    ...(a.web && b.web ? [...compareWeb({a: a.web, b: b.web}, names), ...compareTls({a: a.web, b: b.web}, names)] : []),
  ]
  const off = new Set(comparisonRules.filter((rule) => rule.severity === 'off' && !asked(rule)).map(({id}) => id))
  return {findings: findings.filter(({rule}) => !off.has(rule)), ...areasOf({a, b})}
}

const isWhole = ({gaps}: SideFacts, part: Gap['part']): boolean => !gaps.some((gap) => gap.part === part)

/** What holds in the end, whoever says it; where one side alone says how it is run, what the images say themselves. */
const compareConfig = (given: Both<SideFacts>, names: Both<string>): Finding[] => {
  const bare = (given.a.run === undefined) !== (given.b.run === undefined)
  const sides = bare ? {a: {...given.a, run: undefined}, b: {...given.b, run: undefined}} : given
  if ([sides.a, sides.b].some(({image, run}) => image === undefined && run === undefined)) return []
  const effective = {a: effectiveOf(sides.a), b: effectiveOf(sides.b)}
  return [compareArguments, compareSettings, compareHealthchecks, compareEnv].flatMap((compare) =>
    compare(effective, names),
  )
}

const compareRun = (sides: Both<NonNullable<SideFacts['run']>>, names: Both<string>): Finding[] =>
  [compareLimits, compareRights, compareMounts, compareNetworks, compareLife, compareOthers, compareByImm].flatMap(
    (compare) => compare(sides, names),
  )
