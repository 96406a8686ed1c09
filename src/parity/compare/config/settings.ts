import type {Finding} from '../../report/finding.ts'
import type {Rule} from '../../report/rule.ts'
import {type Both, difference, type Either, listed, rulesOf} from '../difference.ts'
import {type Effective, saidBy, type Told} from './effective.ts'
import {plainPath} from './path.ts'
import {signalOf} from './signal.ts'
import {usersOf} from './user.ts'

const rule = rulesOf('config')

const user = rule(
  'config.user',
  'error',
  'It runs as another user.',
  'What one can read and write, the other can not. Set `USER` in the Dockerfile and leave it out of how it is run.',
)
const workdir = rule(
  'config.workdir',
  'error',
  'It runs in another directory.',
  'Relative paths lead elsewhere. Set `WORKDIR` in the Dockerfile alone.',
)
const ports = rule(
  'config.ports',
  'warning',
  'Other ports are exposed.',
  'Tools that route by `EXPOSE` find another port. Expose the one that the application listens on.',
)
const volumes = rule(
  'config.volumes',
  'warning',
  'Other directories are declared as volumes.',
  'What is written there outlives the container on one side, and hides what the image has there.',
)
const stopSignal = rule(
  'config.stop-signal',
  'warning',
  'It is stopped by another signal.',
  'One side may end its requests in peace where the other is cut off. Set `STOPSIGNAL` in the Dockerfile alone.',
)

export const settingRules = [user, workdir, ports, volumes, stopSignal]

export const compareSettings = ({a, b}: Both<Effective>, names: Both<string>): Finding[] => {
  const sides = <Key extends keyof Effective['config']>(key: Key) => ({a: a.config[key], b: b.config[key]})
  const shown = usersOf({a, b})
  return [
    ...compare(user, 'user', sides('user'), shown, names),
    ...compare(workdir, 'workdir', sides('workdir'), plainPath, names),
    ...compare(ports, 'exposed ports', sides('ports'), portsOf, names),
    ...compare(volumes, 'volumes', sides('volumes'), pathsOf, names),
    ...compare(stopSignal, 'stop signal', withoutUsual(sides('stopSignal')), signalOf, names),
  ]
}

/** Nearly every image leaves it at that: to say it beside one that could not be read is no difference. */
const withoutUsual = ({a, b}: Either<Told<string>>): Either<Told<string>> =>
  (a ?? b) !== undefined && (a === undefined || b === undefined) && signalOf((a ?? b)?.value ?? '') === 'SIGTERM'
    ? {}
    : {a, b}

const plural = new Set(['exposed ports', 'volumes'])

const compare = <T>(
  which: Rule,
  subject: string,
  sides: Either<Told<T>>,
  shown: (value: T, side: 'a' | 'b') => string,
  names: Both<string>,
): Finding[] => {
  const {a, b} = {a: sides.a && shown(sides.a.value, 'a'), b: sides.b && shown(sides.b.value, 'b')}
  if (a === b || !comparable(sides)) return []
  const [left, right] = [a ?? imagesOwn, b ?? imagesOwn]
  const by = [saidBy(sides.a, names.a), saidBy(sides.b, names.b)]
  return [
    difference(which, {
      subject,
      message: `the ${subject} ${plural.has(subject) ? 'are' : 'is'} ${left} in ${names.a}${by[0]} and ${right} in ${names.b}${by[1]}`,
      a: left,
      b: right,
    }),
  ]
}

export const imagesOwn = "the image's own"

/** One side's value is known and the other's is left to an image that nobody could read: equal or not, who knows. */
export const comparable = ({a, b}: Either<Told<unknown>>): boolean =>
  (a !== undefined && b !== undefined) || (a ?? b)?.by !== undefined

const pathsOf = (paths: readonly string[]): string => listed(paths.map((each) => plainPath(each)))

const portsOf = (all: readonly string[]): string =>
  listed(all.map((port) => (port.includes('/') ? port : `${port}/tcp`)))
