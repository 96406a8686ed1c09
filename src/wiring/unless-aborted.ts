/** What a promise comes to; rejects with the signal's reason once that aborts. */
export const unlessAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  const over = Promise.withResolvers<never>()
  const stop = () => over.reject(signal.reason)
  signal.addEventListener('abort', stop, {once: true})
  try {
    signal.throwIfAborted()
    return await Promise.race([promise, over.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
