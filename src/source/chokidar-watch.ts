import {isWatchLimitCode, watchLimit} from './reports.ts'
import type {Reports} from './reports.ts'
import type {Scope} from './scope.ts'

/**
 * Watches by chokidar. Resolves when nothing is missed any more. Rejects, or fails later, with WATCH_LIMIT where the system has no more
 * watches.
 */
export const watchByChokidar = async (
  scope: Scope,
  reports: Reports,
  signal: AbortSignal,
): Promise<AsyncDisposable> => {
  const {watch} = await import('chokidar')
  signal.throwIfAborted()
  const watcher = watch([...scope.roots], {
    ignored: (file, stats) => scope.skips(file, stats?.isDirectory()),
    ignoreInitial: true,
    followSymlinks: false,
    ignorePermissionErrors: true,
    // Would hold back every removal for 100 ms; the quiet period does the same for all files together.
    atomic: false,
    backend: 'auto',
    // Whoever waits for a change keeps the process alive, not the watches.
    persistent: false,
  })
  const {promise: ready, resolve, reject} = Promise.withResolvers<void>()
  const abort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', abort, {once: true})
  watcher.on('all', (_event, file) => reports.note(file))
  watcher.once('ready', resolve)
  watcher.on('error', (error) => {
    // Anything else is about one path, which the next snapshot reads or names.
    if (!isWatchLimitCode(error)) return
    reject(watchLimit(error))
    reports.fail(watchLimit(error))
  })
  try {
    await ready
  } catch (error) {
    await watcher.close()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
  return {[Symbol.asyncDispose]: () => watcher.close()}
}
