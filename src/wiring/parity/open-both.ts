import type {SideFacts} from '../../parity/facts.ts'
import type {SideContext} from './context.ts'
import {sideOpener} from './open-side.ts'

/** Reads both at once; what they share is read once. Where one fails the other is stopped, and has ended before this rejects. */
export const openBoth = async (
  [a, b]: readonly [string, string],
  context: SideContext,
  signal: AbortSignal,
): Promise<readonly [SideFacts, SideFacts]> => {
  const open = sideOpener(context)
  const failed = new AbortController()
  const within = AbortSignal.any([signal, failed.signal])
  let first: {error: unknown} | undefined
  const read = async (name: string): Promise<SideFacts | undefined> => {
    try {
      return await open(name, within)
    } catch (error) {
      first ??= {error}
      failed.abort(error)
      return undefined
    }
  }
  const [sideA, sideB] = await Promise.all([read(a), read(b)])
  if (first) throw first.error
  if (!sideA || !sideB) throw signal.reason
  return [sideA, sideB]
}
