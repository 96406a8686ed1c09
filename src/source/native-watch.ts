import {ImmError, isImmError} from '../errors.ts'
import type {Scope} from './scope.ts'

/** What a way of watching reports to. */
export interface Reports {
  note(file: string): void
  /** Watching goes no further. */
  fail(error: Error): void
}

/** The operating system has no more watches (ENOSPC) or watchers (EMFILE) to give. */
const limitCodes = new Set(['ENOSPC', 'EMFILE'])

export const isWatchLimit = (error: unknown): boolean => isImmError(error, 'WATCH_LIMIT')

/**
 * Watches by the operating system's events. Resolves when nothing is missed any more. Rejects, or fails later, with WATCH_LIMIT where
 * the system has no more watches.
 */
export const watchNatively = async (scope: Scope, reports: Reports, signal: AbortSignal): Promise<AsyncDisposable> => {
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
    if (!limitCodes.has((error as NodeJS.ErrnoException).code ?? '')) return
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

const watchLimit = (cause: unknown): ImmError =>
  new ImmError(
    'WATCH_LIMIT',
    `The system has no more file watches to give (${(cause as NodeJS.ErrnoException).code}).`,
    {
      next:
        process.platform === 'linux'
          ? 'Raise it with `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024`, keep directories out with .dockerignore, or use `imm dev --poll`.'
          : 'Keep directories out with .dockerignore, or use `imm dev --poll`.',
      cause,
    },
  )
