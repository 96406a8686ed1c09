import type {RunSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, rulesOf, unequal} from '../difference.ts'
import {isImms} from './by-imm.ts'
import {yes} from './rights.ts'

const rule = rulesOf('run')

const restart = rule(
  'run.restart',
  'warning',
  'It is started again in other cases.',
  'A crash ends it on one side and is hidden by a new start on the other.',
)
const replicas = rule(
  'run.replicas',
  'warning',
  'Another number of it runs.',
  'With more than one, what is kept in memory (sessions, locks, schedules) is not shared. Run two on both sides to see it.',
)
const grace = rule(
  'run.stop-grace',
  'warning',
  'It is given another time to stop.',
  'Requests that one side lets end are cut off on the other.',
)
const init = rule(
  'run.init',
  'warning',
  'One side alone runs below an init process.',
  'Without one the application is process 1: it gets no default action of signals, and has to wait for children that it did not start.',
)

export const lifeRules = [restart, replicas, grace, init]

export const compareLife = ({a, b}: Both<RunSide>, names: Both<string>): Finding[] => [
  ...(isImms('restart', {a, b})
    ? []
    : unequal(restart, 'restart', 'the restart policy', {a: restartOf(a), b: restartOf(b)}, names)),
  ...unequal(
    replicas,
    'replicas',
    'the number of replicas',
    {a: String(a.replicas ?? 1), b: String(b.replicas ?? 1)},
    names,
  ),
  ...unequal(grace, 'stop-grace', 'the time to stop', {a: graceOf(a), b: graceOf(b)}, names),
  ...(isImms('init', {a, b}) ? [] : unequal(init, 'init', 'an init process', {a: yes(a.init), b: yes(b.init)}, names)),
]

/** They differ only in what follows when somebody stops it and then starts the machine again. */
const restartOf = ({restart: policy}: RunSide): string =>
  policy === 'unless-stopped' ? 'always' : policy === undefined || policy === '' ? 'no' : policy.replace(/:0$/, '')

const graceOf = ({stopGraceMs = 10_000}: RunSide): string => `${stopGraceMs / 1000} s`
