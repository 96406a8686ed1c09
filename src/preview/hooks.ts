import type {HookName, PreviewHooks} from '../config/previews.ts'
import type {Gates} from '../lifecycle/ports.ts'

/** What a hook is told: the part of a preview's record that says which it is. */
export interface HookSubject {
  project: string
  environment: string
  ref: string
  name: string
  commit: string
  author: string
  subject: string
  hooks: Readonly<PreviewHooks>
}

export interface HookCall {
  hook: HookName
  preview: HookSubject
  /** undefined where nothing of it listens */
  url: string | undefined
  /** runs a program without a shell, and ends all that it began */
  command: Gates['command']
  onLine(text: string): void
  timeoutMs?: number
}

const usualTimeoutMs = 60_000

/**
 * Runs what `previews.hooks` has for this, if anything: the warning to show where it went wrong. A preview is what it is whether or not
 * somebody could be told of it.
 */
export const runHook = async (call: HookCall, signal: AbortSignal): Promise<string | undefined> => {
  const {hook, preview, url, timeoutMs = usualTimeoutMs} = call
  const words = preview.hooks[hook]
  if (!words || words.length === 0) return undefined
  signal.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  const said = (end: string) => `the hook \`${hook}\` of ${preview.environment} ${end}`
  try {
    const end = await call.command(
      {command: words, env: hookVariables(hook, preview, url)},
      (text) => call.onLine(text),
      AbortSignal.any([signal, timeout]),
    )
    if (end.outcome === 'killed') return said(`was ended by ${end.by}`)
    if (end.outcome === 'not started') return said(`could not be started: ${end.detail}`)
    return end.exitCode === 0 ? undefined : said(`ended with ${end.exitCode}`)
  } catch (error) {
    signal.throwIfAborted()
    if (timeout.aborted) return said(`took longer than ${timeoutMs / 1000} s, and was ended`)
    throw error
  }
}

export const hookVariables = (
  hook: HookName,
  preview: HookSubject,
  url: string | undefined,
): Record<string, string> => ({
  IMM_HOOK: hook,
  IMM_PROJECT: preview.project,
  IMM_ENVIRONMENT: preview.environment,
  IMM_URL: url ?? '',
  IMM_REF: preview.ref,
  IMM_BRANCH: preview.name,
  IMM_COMMIT: preview.commit,
  IMM_AUTHOR: preview.author,
  IMM_SUBJECT: preview.subject,
})
