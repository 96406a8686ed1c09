import {isImmError} from '../errors.ts'
import {failed, note, type CheckName, type Finding} from './finding.ts'

export interface Check {
  name: CheckName
  look: (signal: AbortSignal) => Promise<readonly Finding[]>
}

/** Runs all checks at once, for at most `withinMs`. What one of them meets never hides what the others found. */
export const examine = async (checks: readonly Check[], withinMs: number, signal: AbortSignal): Promise<Finding[]> => {
  signal.throwIfAborted()
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), withinMs)
  const within = AbortSignal.any([signal, deadline.signal])
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  within.addEventListener('abort', () => ended.reject(within.reason), {once: true})

  const outcome = async ({name, look}: Check): Promise<readonly Finding[]> => {
    try {
      // Raced, because not everything that hangs can be told to stop.
      return await Promise.race([look(within), ended.promise])
    } catch (error) {
      signal.throwIfAborted()
      if (isImmError(error)) return [failed(name, error)]
      if (deadline.signal.aborted) return [note(name, `not finished within ${withinMs / 1000} s, and given up`)]
      return [note(name, `could not be looked at: ${error instanceof Error ? error.message : String(error)}`)]
    }
  }
  try {
    return (await Promise.all(checks.map(outcome))).flat()
  } finally {
    clearTimeout(timer)
  }
}
