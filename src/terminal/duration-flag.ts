import {Flags} from '@oclif/core'

import {parseDuration} from '../config/duration.ts'
import {ImmError} from '../errors.ts'

/** A duration of at least so long. */
export const durationFlag = (leastMs: number) =>
  Flags.custom<number>({
    async parse(text) {
      const ms = parseDuration(text)
      if (ms !== undefined && ms >= leastMs) return ms
      const example = leastMs > 30_000 ? '1h' : '30s'
      throw new ImmError(
        'USAGE',
        `expected a duration of at least ${leastMs / 1000} s such as ${example}, got "${text}"`,
      )
    },
  })
