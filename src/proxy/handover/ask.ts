import {ImmError} from '../../errors.ts'
import {callSocket, isSocketLost} from '../../socket/call.ts'
import type {StatePaths} from '../../state/paths.ts'
import {controlSocketPath} from '../settings.ts'
import {daemonProgram} from '../start.ts'
import {handoverVersion} from './messages.ts'
import type {HandoverDone, HandoverOrder} from './messages.ts'

// Longer than a successor may take to start and to serve.
const timeoutMs = 30_000

/** Lets the running proxy, of whatever version, hand over to one of this imm; undefined where none runs. HANDOVER_FAILED: it goes on as before. */
export const askForHandover = async (
  paths: StatePaths,
  signal: AbortSignal,
  program = daemonProgram,
): Promise<HandoverDone | undefined> => {
  const body: HandoverOrder = {version: handoverVersion, ...program}
  try {
    const call = {socketPath: controlSocketPath(paths), method: 'POST', path: '/handover', body, timeoutMs} as const
    const done = await callSocket(call, signal)
    if (done !== undefined) return done as HandoverDone
  } catch (error) {
    if (isSocketLost(error)) return undefined
    throw error
  }
  throw new ImmError('HANDOVER_FAILED', 'the running proxy is of an imm that can’t hand over', {
    next: 'Stop it with `imm proxy stop`; the next `imm dev` starts a fresh one with the same routes.',
  })
}
