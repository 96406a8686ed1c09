import type {RunSide} from '../../facts.ts'
import {listed} from '../difference.ts'

/** What Docker gives where nothing is said, and Kubernetes by containerd (docs.docker.com, Running containers). */
const standard: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

/** What comes of adding and dropping, as engines do it: adding all is above dropping all, and dropping all above dropping one. */
export const capabilitiesOf = ({capAdd, capDrop}: Pick<RunSide, 'capAdd' | 'capDrop'>): string => {
  const [added, dropped] = [new Set(capAdd.map(plain)), new Set(capDrop.map(plain))]
  if (added.has('ALL')) {
    dropped.delete('ALL')
    return dropped.size === 0 ? 'all' : `all but ${listed(dropped)}`
  }
  if (dropped.has('ALL')) return told(added)
  return told(standard.difference(dropped).union(added))
}

const told = (all: ReadonlySet<string>): string => {
  const [more, less] = [all.difference(standard), standard.difference(all)]
  if (more.size === 0 && less.size === 0) return "the engine's own"
  // Of two lists the shorter one.
  if (all.size < less.size + more.size) return listed(all)
  const changes = [...more].map((name) => `+${name}`).concat([...less].map((name) => `-${name}`))
  return `the engine's own with ${listed(changes)}`
}

/** Docker says CAP_NET_ADMIN, Compose and Kubernetes NET_ADMIN, each in any case. */
const plain = (name: string): string => name.toUpperCase().replace(/^CAP_/, '')
