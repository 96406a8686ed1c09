import {watchLines} from '../../proxy/watch-lines.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import type {StatePaths} from '../../state/paths.ts'
import {readPreview} from '../../state/previews.ts'

/** Takes a preview down whose time is over, in the process of the proxy, which stays until that is done. */
export const removeExpired = async (
  id: EnvironmentId,
  paths: StatePaths,
  log: (text: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const record = await readPreview(paths.home, id)
  if (!record) return
  // Only now: most previews are taken down by others, and nobody who is woken waits for what this needs.
  const {downPreview} = await import('./down.ts')
  const over = new AbortController()
  const watching = watched(paths, over.signal)
  try {
    const listener = (event: {type: string; message?: unknown}) => {
      if (event.type === 'warning') log(String(event.message))
    }
    await downPreview(record, {paths, listener}, signal)
  } finally {
    over.abort()
    await watching
  }
}

/** Without routes, and nobody who watches, a proxy ends. */
const watched = async (paths: StatePaths, signal: AbortSignal): Promise<void> => {
  try {
    for await (const _ of watchLines(paths, signal));
  } catch {
    // It ends all the same: the removal is finished by whoever comes next.
  }
}
