import type {RunSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, rulesOf, unequal} from '../difference.ts'

const rule = rulesOf('run')

const memory = rule(
  'run.memory',
  'warning',
  'The limit of memory is another.',
  'What fits on one side is killed on the other, and runtimes choose the size of their heaps by it.',
)
const cpus = rule(
  'run.cpus',
  'warning',
  'The limit of processors is another.',
  'Runtimes choose the number of their threads by it, and what is fast here times out there.',
)
const pids = rule(
  'run.pids',
  'warning',
  'The limit of processes is another.',
  'Starting one more process or thread fails on one side first.',
)

export const limitRules = [memory, cpus, pids]

export const compareLimits = ({a, b}: Both<RunSide>, names: Both<string>): Finding[] => [
  ...unequal(memory, 'memory', 'the limit of memory', {a: bytes(a.memoryBytes), b: bytes(b.memoryBytes)}, names),
  ...unequal(cpus, 'cpus', 'the limit of processors', {a: limit(a.cpus), b: limit(b.cpus)}, names),
  ...unequal(pids, 'pids', 'the limit of processes', {a: limit(a.pidsLimit), b: limit(b.pidsLimit)}, names),
]

/** Engines take 0 and -1 for none. */
const limit = (value: number | undefined): string => (value === undefined || value <= 0 ? 'none' : String(value))

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** In the largest unit that says it without a fraction, so that two limits that differ never look the same. */
const bytes = (value: number | undefined): string => {
  if (value === undefined || value <= 0) return 'none'
  let size = value
  let unit = 0
  while (size % 1024 === 0 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${size} ${units[unit]}`
}
