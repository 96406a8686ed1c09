/**
 * Aborts once `signal` has, and `others` have ended: what they call upon outlives them. When it must end at once, they are not waited for.
 */
export const endAfter = (others: readonly Promise<void>[], signal: AbortSignal, hurry: AbortSignal): AbortSignal => {
  const ending = new AbortController()
  const end = async (): Promise<void> => {
    await Promise.race([Promise.all(others), aborted(hurry)])
    ending.abort(signal.reason)
  }
  if (signal.aborted) void end()
  else signal.addEventListener('abort', () => void end(), {once: true})
  return ending.signal
}

/** Resolves when the signal aborts. */
export const aborted = async (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), {once: true})
  })
