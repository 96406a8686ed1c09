import type {Finding} from '../../report/finding.ts'
import type {Rule} from '../../report/rule.ts'
import {type Both, difference, listed, rulesOf} from '../difference.ts'
import {type Effective, saidBy, type Told} from './effective.ts'

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

export const compareSettings = ({a, b}: Both<Effective>, names: Both<string>): Finding[] => [
  ...compare(user, 'user', {a: a.config.user, b: b.config.user}, userOf, names),
  ...compare(workdir, 'workdir', {a: a.config.workdir, b: b.config.workdir}, (path) => path || '/', names),
  ...compare(ports, 'exposed ports', {a: a.config.ports, b: b.config.ports}, portsOf, names),
  ...compare(volumes, 'volumes', {a: a.config.volumes, b: b.config.volumes}, listed, names),
  ...compare(stopSignal, 'stop signal', {a: a.config.stopSignal, b: b.config.stopSignal}, signalOf, names),
]

const plural = new Set(['exposed ports', 'volumes'])

const compare = <T>(
  which: Rule,
  subject: string,
  sides: {a: Told<T> | undefined; b: Told<T> | undefined},
  shown: (value: T) => string,
  names: Both<string>,
): Finding[] => {
  const {a, b} = {a: sides.a && shown(sides.a.value), b: sides.b && shown(sides.b.value)}
  if (a === b || !comparable(sides)) return []
  const [left, right] = [a ?? imagesOwn, b ?? imagesOwn]
  const by = [sides.a, sides.b].map((side) => (side === undefined ? '' : saidBy(side)))
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
export const comparable = ({a, b}: {a: Told<unknown> | undefined; b: Told<unknown> | undefined}): boolean =>
  (a !== undefined && b !== undefined) || (a ?? b)?.by !== undefined

/** Without a group it is that which the image has for the user, which is root's own for root alone. */
const userOf = (name: string): string => {
  const [who, group] = name.split(':').map((id) => (id === '' || id === '0' ? 'root' : id))
  return group === undefined || (who === 'root' && group === 'root') ? (who ?? 'root') : `${who}:${group}`
}

const portsOf = (all: readonly string[]): string =>
  listed(all.map((port) => (port.includes('/') ? port : `${port}/tcp`)))

const numbers: Readonly<Record<string, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  9: 'KILL',
  10: 'USR1',
  12: 'USR2',
  15: 'TERM',
  28: 'WINCH',
}

const signalOf = (signal: string): string => {
  const name = signal.toUpperCase().replace(/^SIG/, '') || 'TERM'
  return `SIG${numbers[name] ?? name}`
}
