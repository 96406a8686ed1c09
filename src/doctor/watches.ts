import {note, ok, type Finding} from './finding.ts'

/** Linux's limits, each for all programs of one user together (inotify(7), /proc/sys/fs/inotify). */
export interface WatchLimits {
  watches: number
  instances: number
  queuedEvents: number
}

export interface WatchFacts {
  limits: WatchLimits
  /** by this user's programs now, as far as /proc shows them */
  used: {watches: number; instances: number}
  /** directories that `imm dev` would watch here; undefined: no project here */
  directories: {count: number; more: boolean} | undefined
}

const recommended: WatchLimits = {watches: 524_288, instances: 1024, queuedEvents: 16_384}
// Kernels before 5.11 gave 8192, which one editor can use up.
const fewWatches = 65_536
// A program has one or two.
const instancesToSpare = 16

/** imm takes one watch per directory and one instance per `imm dev`. */
export const watchFindings = ({limits, used, directories}: WatchFacts): Finding[] => {
  const needed = directories?.count ?? 0
  const findings: Finding[] = []
  if (used.watches + needed > limits.watches)
    findings.push(
      note(
        'watches',
        `this project has ${number(needed)}${directories?.more ? ' or more' : ''} directories to watch, and ${number(limits.watches - used.watches)} of ${number(limits.watches)} watches are free: imm would look for changes by polling, which is slower`,
        raise(limits),
      ),
    )
  else if (limits.watches < fewWatches)
    findings.push(
      note(
        'watches',
        `no more than ${number(limits.watches)} file watches for all your programs together`,
        raise(limits),
      ),
    )
  if (limits.instances - used.instances < instancesToSpare)
    findings.push(
      note(
        'watches',
        `${number(used.instances)} of ${number(limits.instances)} inotify instances are in use; each program that watches files needs one`,
        raise(limits),
      ),
    )
  if (limits.queuedEvents < recommended.queuedEvents)
    findings.push(
      note(
        'watches',
        `the kernel queues no more than ${number(limits.queuedEvents)} file events: a large checkout may overflow it`,
        raise(limits),
      ),
    )
  if (findings.length > 0) return findings
  const here = directories ? `; this project needs ${number(needed)}${directories.more ? ' or more' : ''}` : ''
  return [
    ok(
      'watches',
      `${number(used.watches)} of ${number(limits.watches)} file watches and ${used.instances} of ${limits.instances} instances in use${here}`,
    ),
  ]
}

const raise = (limits: WatchLimits): string => {
  const settings = [
    ['fs.inotify.max_user_watches', limits.watches, recommended.watches],
    ['fs.inotify.max_user_instances', limits.instances, recommended.instances],
    ['fs.inotify.max_queued_events', limits.queuedEvents, recommended.queuedEvents],
  ] as const
  const lines = settings.map(([name, now, better]) => `${name}=${Math.max(now, better)}`)
  return [
    'Raise the limits, now and for every start of the machine; or use `imm dev --poll`:',
    `  printf '%s\\n' ${lines.join(' ')} | sudo tee /etc/sysctl.d/60-imm.conf`,
    '  sudo sysctl --load=/etc/sysctl.d/60-imm.conf',
  ].join('\n')
}

const number = (value: number): string => value.toLocaleString('en')
