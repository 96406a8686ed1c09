import type {RunSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, difference, listed, rulesOf, unequal} from '../difference.ts'
import {isImms} from './by-imm.ts'

const rule = rulesOf('run')

const networks = rule(
  'run.networks',
  'warning',
  'It is in other networks.',
  'Who is reached by name is another set. Name the same networks, or allow the difference where the platforms have none in common.',
)
const mode = rule(
  'run.network-mode',
  'error',
  'It has another kind of network.',
  "In the machine's own network ports collide and localhost is the machine; with none it reaches nobody.",
)
const publishes = rule(
  'run.publishes',
  'note',
  'Other ports are published.',
  'Who comes from outside finds it at another port, or goes through a proxy that is no part of this.',
)

export const networkRules = [networks, mode, publishes]

export const compareNetworks = ({a, b}: Both<RunSide>, names: Both<string>): Finding[] => [
  ...(hasNetworks(a) && hasNetworks(b)
    ? unequal(networks, 'networks', 'the set of networks', {a: networksOf(a), b: networksOf(b)}, names)
    : []),
  ...unequal(mode, 'network-mode', 'the kind of network', {a: modeOf(a), b: modeOf(b)}, names),
  // imm's proxy has the ports, and the container does not know of them.
  ...(isImms('publishes', {a, b}) ? [] : comparePublished({a: portsOf(a), b: portsOf(b)}, names)),
]

const comparePublished = ({a, b}: Both<string>, names: Both<string>): Finding[] =>
  a === b
    ? []
    : [difference(publishes, {subject: 'ports', message: `${names.a} publishes ${a} and ${names.b} ${b}`, a, b})]

/** In Kubernetes there is one that everybody is in. */
const hasNetworks = ({source}: RunSide): boolean => !source.startsWith('k8s:')

/** Who names none is in the one that each project has. */
const networksOf = ({networks: names}: RunSide): string => (names.length === 0 ? 'default' : listed(new Set(names)))

const modeOf = ({networkMode}: RunSide): string =>
  networkMode === undefined || networkMode === 'default' ? 'bridge' : networkMode

const portsOf = ({publishes: ports}: RunSide): string =>
  listed(new Set(ports.map((port) => (port.includes('/') ? port : `${port}/tcp`))))
