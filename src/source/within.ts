/** Waits for something that can't be stopped itself; rejects with the signal's reason as soon as that aborts. */
export const within = async <T>(waiting: Promise<T> | undefined, signal: AbortSignal): Promise<T | undefined> => {
  signal.throwIfAborted()
  const {promise, reject} = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', abort, {once: true})
  try {
    return await Promise.race([waiting, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
