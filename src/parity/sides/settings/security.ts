import type {Given} from './given.ts'
import {listed, type Terms} from './terms.ts'

/** By kind: `security_opt.seccomp: unconfined`. What gains no privileges has a place of its own. */
export const securityOf = ({securityOpt = [], privileged, pid, ipc}: Given): Terms => {
  const said = securityOpt
    .map((option) => partsOf(option))
    .filter(([kind, value]) => kind !== 'no-new-privileges' && !isUsual(kind, value))
    // Docker adds that itself, and none of the others confines who is privileged.
    .filter(([kind, value]) => !(kind === 'label' && value === 'disable' && (privileged || isHosts(pid, ipc))))
    .filter(([, value]) => !(privileged && value === 'unconfined'))
  return Object.fromEntries(
    [...Map.groupBy(said, ([kind]) => kind)].map(([kind, options]) => [
      `security_opt.${kind}`,
      listed(options.map(([, value]) => valueOf(kind, value))),
    ]),
  )
}

/** `seccomp:unconfined` and `seccomp=unconfined` */
const partsOf = (option: string): [string, string] => {
  const [, kind = option, value = 'true'] = /^([a-z-]+)[:=](.*)$/s.exec(option) ?? []
  return [kind, value]
}

const isUsual = (kind: string, value: string): boolean =>
  (kind === 'seccomp' && ['builtin', 'default', ''].includes(value)) ||
  (kind === 'apparmor' && ['docker-default', 'default', ''].includes(value))

const isHosts = (...modes: readonly (string | undefined)[]): boolean => modes.includes('host')

/** A profile is a file where it is asked for, and its content where the engine tells of it. */
const valueOf = (kind: string, value: string): string =>
  kind === 'seccomp' && value !== 'unconfined' ? 'a profile of its own' : value
