import type {InstanceChange, InstanceMount} from '../lifecycle/ports.ts'
import {within} from './paths.ts'

/** What engines put into every container. An init process is mounted over a file, which is made for that. */
const engines = [
  '/.dockerenv',
  '/dev',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
  '/proc',
  '/run/.containerenv',
  '/run/podman-init',
  '/run/secrets',
  '/sbin/docker-init',
  '/sys',
]

/** Leaves out what the engine did, and what was declared: volumes, tmpfs, and the directories that lead to them. */
export const withoutDeclared = (
  changes: readonly InstanceChange[],
  mounts: readonly Pick<InstanceMount, 'path'>[],
): InstanceChange[] => {
  const places = [...engines, ...mounts.map(({path}) => path)]
  return changes.filter(
    ({path, kind}) =>
      !places.some((place) => within(path, place)) &&
      // One that was there before is compared: it may have been given another mode.
      !(kind === 'added' && places.some((place) => within(place, path))),
  )
}
