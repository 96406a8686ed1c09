import type {Clock} from '../ports.ts'

/** What work comes to within a time; after it the work's signal aborts, and its end is waited for all the same. */
export const within = async <T>(
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
  work: (inner: AbortSignal) => Promise<T>,
): Promise<T | 'too late'> => {
  const late = new AbortController()
  const done = new AbortController()
  const timer = clock.sleep(timeoutMs, AbortSignal.any([signal, done.signal])).then(
    () => late.abort(),
    () => undefined,
  )
  try {
    return await work(AbortSignal.any([signal, late.signal]))
  } catch (error) {
    if (signal.aborted || !late.signal.aborted) throw error
    return 'too late'
  } finally {
    done.abort()
    await timer
  }
}
