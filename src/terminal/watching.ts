import {Flags} from '@oclif/core'

import {parseDuration} from '../config/duration.ts'
import {ImmError} from '../errors.ts'
import type {Screen} from './progress/listener.ts'
import {region} from './progress/region.ts'

const shortestMs = 200

/** How often something is looked at. */
export const intervalFlag = Flags.custom<number>({
  description: 'Time between two looks.',
  helpValue: '1s',
  default: 1000,
  async parse(text) {
    const ms = parseDuration(text)
    if (ms !== undefined && ms >= shortestMs) return ms
    throw new ImmError('USAGE', `expected a duration of at least ${shortestMs} ms such as 1s, got "${text}"`)
  },
})

/** Shows each text in place of the one before; where there is no terminal, one after the other. */
export const redrawn = (screen: Screen): ((text: string) => void) => {
  if (screen.isTTY !== true || !screen.columns) return (text) => void screen.write(`${text}\n\n`)
  const area = region(screen)
  return (text) => area.draw(text.split('\n'))
}
