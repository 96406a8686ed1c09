import {Flags} from '@oclif/core'

import {parseDuration} from '../config/duration.ts'
import {ImmError} from '../errors.ts'

/** A flag that takes a duration above nothing, as ms. */
export const durationFlag = Flags.custom<number>({
  async parse(text) {
    const ms = parseDuration(text)
    if (ms === undefined || ms === 0)
      throw new ImmError('USAGE', `expected a duration such as 90s, 30m or 24h, got "${text}"`)
    return ms
  },
})
