import type {Errors} from '@oclif/core'

import {suggest} from '../config/suggest.ts'

/** `Did you mean X? `, to put before what else helps; empty where nothing is near. */
export const didYouMean = (typed: string, known: readonly string[], shown = (word: string) => word): string => {
  const meant = suggest(typed, known)
  return meant === undefined ? '' : `Did you mean \`${shown(meant)}\`? `
}

/** Of the first flag that a command doesn't have, as oclif's NonExistentFlagsError (which it doesn't export) tells it. */
export const flagHint = (error: Errors.CLIError, known: readonly string[]): string => {
  const typed: readonly unknown[] = 'flags' in error && Array.isArray(error.flags) ? error.flags : []
  const [first] = typed
  if (typeof first !== 'string' || !first.startsWith('--')) return ''
  return didYouMean(first.slice(2), known, (flag) => `--${flag}`)
}
