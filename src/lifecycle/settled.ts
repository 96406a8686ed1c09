/** Resolves when work that others look after is done, however it ends; rejects only with the signal's reason. */
export const settled = async (work: Promise<unknown> | undefined, signal: AbortSignal): Promise<void> => {
  if (work === undefined) return
  signal.throwIfAborted()
  const {promise: aborted, reject} = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason as Error)
  signal.addEventListener('abort', stop, {once: true})
  try {
    await Promise.race([work.catch(() => undefined), aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
