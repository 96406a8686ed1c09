import {ImmError, isImmError} from '../errors.ts'

/** What a way of watching reports to. */
export interface Reports {
  /** absolute path; of a directory: it, or anything in it, may be another */
  note: (file: string) => void
  /** Something happened, and it is not known where. */
  noteEverything(): void
  /** Watching goes no further. */
  fail(error: Error): void
}

/** A watch over one scope, until it is disposed of. */
export interface Watch extends AsyncDisposable {
  /** So much happened that reports of new directories may be lost: watches those as well. */
  cover?(): void
}

/** The operating system has no more watches (ENOSPC) or watchers (EMFILE) to give. */
const limitCodes = new Set(['ENOSPC', 'EMFILE'])

export const isWatchLimitCode = (error: unknown): boolean => limitCodes.has((error as NodeJS.ErrnoException).code ?? '')

export const isWatchLimit = (error: unknown): boolean => isImmError(error, 'WATCH_LIMIT')

export const watchLimit = (cause: unknown): ImmError =>
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
