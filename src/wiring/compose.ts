import {loadCompose} from '../compose/load.ts'
import {composeText, toComposeFile} from '../compose/write.ts'
import {ImmError} from '../errors.ts'

export interface ComposeConfigOptions {
  /** absolute */
  directory: string
  /** none: COMPOSE_FILE, else the files that are there */
  files: readonly string[]
  profiles: readonly string[]
  /** show values that look like secrets, too */
  secrets: boolean
  warn: (message: string) => void
}

/** The application that Compose files describe, as one file with nothing implied. */
export const composeConfig = async (
  {secrets, ...options}: ComposeConfigOptions,
  signal: AbortSignal,
): Promise<{model: Record<string, unknown>; yaml: string}> => {
  const model = await loadCompose({...options, env: process.env, signal})
  if (!model)
    throw new ImmError('COMPOSE_INVALID', 'there is no Compose file here or in a directory above', {
      next: 'Name it with `-f`, or run imm in a directory with a compose.yaml.',
    })
  const composed = toComposeFile(model, {secrets})
  return {model: composed, yaml: composeText(composed)}
}
