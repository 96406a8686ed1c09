import type {SideFacts} from '../../parity/facts.ts'
import {readLock} from '../../parity/lock/read-lock.ts'
import {verifyLock} from '../../parity/lock/sign.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import type {OpenContext} from './context.ts'
import {textOf} from './place.ts'

/** What was written down of a side. LOCK_SIGNATURE where it has to be signed and is not: nothing of it is looked into then. */
export const lockedSide = async (
  {file}: Extract<Reference, {kind: 'lock'}>,
  {cwd, lockKey}: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  const text = await textOf(cwd, file, signal)
  if (lockKey !== undefined) verifyLock(text, file, await textOf(cwd, lockKey, signal))
  return readLock(text, file)
}
