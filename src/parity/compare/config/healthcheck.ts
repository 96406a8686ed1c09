import type {Healthcheck} from '../../image/config.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, difference, onlyIn, rulesOf} from '../difference.ts'
import {type Effective, saidBy} from './effective.ts'
import {imagesOwn} from './settings.ts'

const rule = rulesOf('config')

const missing = rule(
  'config.healthcheck.missing',
  'warning',
  'One side alone has a health check.',
  'Without one a container that hangs is taken for healthy. Put `HEALTHCHECK` into the Dockerfile.',
)
const test = rule(
  'config.healthcheck',
  'warning',
  'The health checks ask for something else.',
  'What one side takes for healthy the other may not. Put `HEALTHCHECK` into the Dockerfile alone.',
)
const timing = rule(
  'config.healthcheck.timing',
  'note',
  'The health checks have other times, or another number of attempts.',
  'One side is taken for unhealthy earlier than the other.',
)

export const healthcheckRules = [missing, test, timing]

const subject = 'healthcheck'

/** Where a side's image is not known, whether it has one is not either. */
export const compareHealthchecks = ({a, b}: Both<Effective>, names: Both<string>): Finding[] => {
  if (!(a.whole || a.config.healthcheck) || !(b.whole || b.config.healthcheck)) return []
  const checks = {a: checkOf(a), b: checkOf(b)}
  const tests = {a: checks.a && testOf(checks.a), b: checks.b && testOf(checks.b)}
  if (checks.a === undefined || checks.b === undefined)
    return checks.a === checks.b ? [] : [onlyIn(missing, subject, 'health check', tests, names)]
  return [
    ...differing(test, 'health check', {a: testOf(checks.a), b: testOf(checks.b)}, [a, b], names),
    ...differing(timing, 'timing of the health check', {a: timesOf(checks.a), b: timesOf(checks.b)}, [a, b], names),
  ]
}

const differing = (
  which: typeof test,
  what: string,
  {a, b}: Both<string>,
  sides: readonly Effective[],
  names: Both<string>,
): Finding[] => {
  if (a === b) return []
  const [left, right] = sides.map(({config}, at) => saidBy(config.healthcheck, at === 0 ? names.a : names.b))
  return [
    difference(which, {
      subject,
      message: `the ${what} is ${a} in ${names.a}${left} and ${b} in ${names.b}${right}`,
      a,
      b,
    }),
  ]
}

/** `NONE` takes away the image's, and times alone are no check where it has none. */
const checkOf = ({config: {healthcheck: told}, whole}: Effective): Healthcheck | undefined =>
  told?.value?.test[0] === 'NONE' || (whole && told?.value?.test.length === 0) ? undefined : told?.value

const testOf = (check: Healthcheck): string => (check.test.length === 0 ? imagesOwn : JSON.stringify(check.test))

/** With the engine's own times where none are said, so that saying the usual is no difference. */
const timesOf = (check: Healthcheck): string => {
  const {intervalMs = 30_000, timeoutMs = 30_000, startPeriodMs = 0, startIntervalMs = 5000, retries = 3} = check
  const times = `every ${intervalMs / 1000} s, for ${timeoutMs / 1000} s, ${retries} times, from ${startPeriodMs / 1000} s`
  return startIntervalMs === 5000 ? times : `${times}, every ${startIntervalMs / 1000} s before`
}
