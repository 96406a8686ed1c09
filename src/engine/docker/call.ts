import {ImmError} from '../../errors.ts'
import {translate} from './translate-errors.ts'

/** An ordinary call of a healthy engine takes milliseconds; a busy one may take seconds. */
export const callMs = 30_000

/** One ordinary call: bounded in time, given up at once when its signal aborts, its errors in imm's words. `doing`: `listing containers`. */
export const call = async <T>(
  doing: string,
  signal: AbortSignal,
  run: (abortSignal: AbortSignal) => Promise<T>,
  timeoutMs = callMs,
): Promise<T> => {
  signal.throwIfAborted()
  const ending = new AbortController()
  const {promise: ended, reject} = Promise.withResolvers<never>()
  const end = (reason: unknown) => {
    ending.abort(reason)
    reject(reason)
  }
  const stop = () => end(signal.reason)
  const giveUp = () =>
    end(new ImmError('ENGINE_UNRESPONSIVE', `${doing}: the engine did not answer within ${timeoutMs / 1000} s`))
  const timer = Number.isFinite(timeoutMs) ? setTimeout(giveUp, timeoutMs) : undefined
  signal.addEventListener('abort', stop, {once: true})
  try {
    // Raced, because dockerode passes the signal on in most calls only.
    return await Promise.race([run(ending.signal), ended])
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : translate(error, doing)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

/** Opens a stream: as `call`, but not bounded in time. What is read from it later is translated by `readStream`. */
export const openStream = (
  doing: string,
  signal: AbortSignal,
  run: (abortSignal: AbortSignal) => Promise<NodeJS.ReadableStream>,
): Promise<NodeJS.ReadableStream> =>
  // The signal itself, not one of the call's: it must close the stream also long after the call has answered.
  call(doing, signal, () => run(signal), Infinity)

/** The chunks of an engine's stream, with its errors in imm's words. */
export async function* readStream(
  doing: string,
  stream: NodeJS.ReadableStream,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of stream) yield chunk as Buffer
    signal.throwIfAborted()
  } catch (error) {
    throw signal.aborted ? signal.reason : translate(error, doing)
  }
}
