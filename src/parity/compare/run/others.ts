import type {RunSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, difference, rulesOf} from '../difference.ts'
import {isImms} from './by-imm.ts'

const rule = rulesOf('run')

const setting = rule(
  'run.setting',
  'warning',
  'Another setting of how it is run differs: a limit, a device, a name, a right.',
  'The term is that of Compose, or of Kubernetes. Set it on both sides, or allow it by an exception for the term.',
)

export const otherRules = [setting]

export const compareOthers = ({a, b}: Both<RunSide>, names: Both<string>): Finding[] =>
  termsOf({a, b}).flatMap((term) => {
    const [left, right] = [a.others?.[term], b.others?.[term]]
    // imm names the apps of its environment there, beside what was asked for.
    if (term === 'extra_hosts' && isImms('hosts', {a, b})) return []
    if (left === right || !isOfBoth(term, {a, b})) return []
    const values = {a: left ?? 'not set', b: right ?? 'not set'}
    return [
      difference(setting, {
        subject: term,
        message: `${term} is ${values.a} in ${names.a} and ${values.b} in ${names.b}`,
        ...values,
      }),
    ]
  })

/** What one side says, and a side of the other's kind has no word for; not what each manifest says in some way. */
export const onlyOfOne = (sides: Both<RunSide>): string[] =>
  termsOf(sides).filter(
    (term) => !/^k8s\.(?:kind$|healthcheck$|seccompProfile$|volume\.)/.test(term) && !isOfBoth(term, sides),
  )

const termsOf = ({a, b}: Both<RunSide>): string[] =>
  [...new Set([...Object.keys(a.others ?? {}), ...Object.keys(b.others ?? {})])].toSorted()

const isOfBoth = (term: string, {a, b}: Both<RunSide>): boolean => isSayable(term, a) && isSayable(term, b)

const isSayable = (term: string, {source, others}: RunSide): boolean => {
  if (others?.[term] !== undefined) return true
  const [kind] = source.split(':', 1)
  if (term.startsWith('k8s.')) return kind === 'k8s'
  if (term.startsWith('compose.')) return kind === 'compose'
  if (kind === 'k8s') return ofPods.test(term)
  return kind !== 'container' || !notOfContainers.has(term)
}

/** A container has the platform of its image, and of the machine's cgroups what that has for everybody. */
const notOfContainers = new Set(['cgroup', 'platform'])

/** What Kubernetes has under another name; it leaves the others to its nodes. */
const ofPods =
  /^(?:dns|dns_search|dns_opt|extra_hosts|group_add|hostname|ipc|pid|stdin_open|tty|sysctls\..+|security_opt\.seccomp)$/
