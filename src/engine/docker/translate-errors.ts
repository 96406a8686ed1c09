import {ImmError} from '../../errors.ts'

/** What dockerode rejects with: `statusCode` where the engine answered, `code` where the connection failed. */
interface EngineFailure extends Error {
  statusCode?: number
  code?: string
}

const lost = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/** An engine's refusal or a broken connection in imm's words; anything else is a bug and stays what it is. */
export const translate = (error: unknown, doing: string): unknown => {
  if (error instanceof ImmError || !(error instanceof Error)) return error
  const {statusCode, code} = error as EngineFailure
  if (statusCode !== undefined) {
    const words = engineWords(error)
    if (saysDiskFull(words))
      return new ImmError('ENGINE_DISK_FULL', `the engine's disk is full: ${words}`, {cause: error})
    return new ImmError('ENGINE_REFUSED', `${doing}: ${words}`, {cause: error})
  }
  if (code === 'EACCES' || code === 'EPERM')
    return new ImmError('ENGINE_DENIED', `${doing}: ${error.message}`, {cause: error})
  if (code !== undefined && lost.has(code))
    return new ImmError('ENGINE_LOST', `${doing}: no connection to the engine (${error.message})`, {cause: error})
  return error
}

/** HTTP status of the engine's refusal; undefined where it did not answer. */
export const statusOf = (error: unknown): number | undefined => {
  const failure = (error instanceof ImmError ? error.cause : error) as EngineFailure | undefined
  return failure?.statusCode
}

/** The engine's own message, without what dockerode wraps around it. */
export const engineWords = (error: Error): string =>
  error.message.replace(/^\(HTTP code \d+\) [a-z :/]* - /, '').trim() || 'no reason given'

// The only places that read an engine's message to decide: nothing else tells a full disk, and a port that is taken.

export const saysDiskFull = (words: string): boolean =>
  /no space left on device|disk quota exceeded|ENOSPC/i.test(words)

/** `port 127.0.0.1:5432`, or `a port`, where a container can't have one of this host's ports. */
export const takenPort = (words: string): string | undefined => {
  if (!/port is already allocated|address already in use/i.test(words)) return undefined
  const place = /(?:\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\])?:\d+(?=:? (?:failed|bind))/i.exec(words)?.[0]
  return place === undefined ? 'a port' : `port ${place.replace(/^:/, '')}`
}

/** Exit code of a failed RUN: BuildKit (`exit code: 3`) and Podman (`exit status 3`) state it in their words only. */
export const exitCodeIn = (words: string): number | undefined => {
  const code = /exit (?:code|status):? (\d+)/.exec(words)?.[1]
  return code === undefined ? undefined : Number(code)
}

/** Line and cause of a Dockerfile that can't be parsed: `dockerfile parse error (on) line 3: unknown instruction: FOO`. */
export const parseErrorIn = (words: string): {line: number; cause: string} | undefined => {
  const match = /parse error (?:on )?line (\d+): (.*)/s.exec(words)
  return match?.[1] && match[2] ? {line: Number(match[1]), cause: match[2].trim()} : undefined
}
