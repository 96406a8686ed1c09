import type {Settings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'

/** CONFIG_INVALID where something is to be asked by HTTP of an application that can't be. */
export const refuseImpossible = ({port, protocol, health: {kind}, verify}: Settings): void => {
  const why =
    port === 0
      ? 'the application listens on nothing'
      : protocol === 'tcp'
        ? 'the application speaks no HTTP'
        : undefined
  if (why === undefined) return
  if (kind === 'http' || (kind === 'tcp' && port === 0))
    throw new ImmError('CONFIG_INVALID', `\`health\` asks the application, and ${why}`, {
      next: 'Take it out of imm.yaml, or set `health.log` to what it prints once it is ready.',
    })
  const check = verify.find((one) => one.kind === 'http')
  if (check)
    throw new ImmError('CONFIG_INVALID', `the check "${check.name}" asks by HTTP, and ${why}`, {
      next: 'Take it out of `verify:`, or let a command check it.',
    })
}
