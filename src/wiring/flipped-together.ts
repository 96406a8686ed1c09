import type {Settings} from '../config/settings.ts'
import {ImmError} from '../errors.ts'

/**
 * The settings of an app that flips with others: in one step, so that it has all of the traffic or nothing. What would share it out with its
 * predecessor is refused, or done without.
 */
export const flippedTogether = (name: string, settings: Settings, warnings: string[]): Settings => {
  switch (settings.strategy.kind) {
    case 'canary':
      throw new ImmError(
        'CONFIG_INVALID',
        `${name} has \`strategy: canary\`, and with \`flip: together\` there are no shares`,
        {
          next: 'Take one of both out: a canary is tried out beside the release before, and those that flip together change in one step.',
        },
      )
    case 'rolling':
      warnings.push(
        `${name}: with flip: together, rolling is blue-green: all of its containers are started before any gets traffic`,
      )
      return {...settings, strategy: {kind: 'blue-green'}}
    case 'blue-green':
    case 'recreate':
      return settings
    default:
      return settings.strategy satisfies never
  }
}
