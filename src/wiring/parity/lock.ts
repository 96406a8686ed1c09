import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {ImmError} from '../../errors.ts'
import type {BuildStep} from '../../lifecycle/ports.ts'
import type {SideFacts} from '../../parity/facts.ts'
import {putLock} from '../../parity/lock/put-lock.ts'
import {readLock} from '../../parity/lock/read-lock.ts'
import {signLock, verifyLock} from '../../parity/lock/sign.ts'
import {splitSignature} from '../../parity/lock/signature-block.ts'
import {writeLock} from '../../parity/lock/write-lock.ts'
import {statePaths} from '../../state/paths.ts'
import {openSide} from './open-side.ts'

export interface LockRequest {
  /** as `openSide` takes it */
  side: string
  /** where the lock file goes; `-`: nowhere, its text is the answer */
  file: string
  /** private key that signs it */
  keyFile: string | undefined
  /** files and references are meant from here; absolute */
  cwd: string
  onStep: (step: BuildStep) => void
  onWarning: (message: string) => void
}

export interface Locked {
  facts: SideFacts
  text: string
  /** fingerprint of the key that it is signed by */
  key: string | undefined
}

/** Writes down what is known of a side. The key is read first: nobody waits for a side to hear that it is none. */
export const lockSide = async (request: LockRequest, signal: AbortSignal): Promise<Locked> => {
  const {side, file, keyFile, cwd, onStep, onWarning} = request
  const key = keyFile === undefined ? undefined : await textOf(cwd, keyFile, signal)
  const sign = (text: string): string => (key === undefined ? text : signLock(text, file, key))
  sign('')
  const facts = await openSide(side, {cwd, paths: statePaths(), onStep, onWarning}, signal)
  if (holdsItself(facts, file))
    onWarning(
      `${file} is in the image that it tells of, so that writing it changes the image: list it in .dockerignore.`,
    )
  const text = sign(writeLock(facts))
  if (file !== '-') await putLock(path.resolve(cwd, file), text, signal)
  return {facts, text, key: splitSignature(text, file).signature?.key}
}

const holdsItself = ({name, image}: SideFacts, file: string): boolean =>
  /^(?:tree:|git:|\.$)/.test(name) &&
  (image?.files.list ?? []).some(({path: inside}) => path.posix.basename(inside) === path.basename(file))

export interface LockCheck {
  file: string
  /** public key that it has to be signed by; undefined: whether it is signed is not asked */
  keyFile: string | undefined
  cwd: string
}

export interface CheckedLock {
  facts: SideFacts
  /** fingerprint of the key that it says it is signed by */
  key: string | undefined
  /** whether that was checked */
  checked: boolean
}

/** LOCK_UNREADABLE or LOCK_SIGNATURE where a lock file is not what it should be. */
export const checkLock = async ({file, keyFile, cwd}: LockCheck, signal: AbortSignal): Promise<CheckedLock> => {
  const text = await textOf(cwd, file, signal)
  // What nobody signed is not looked into any further.
  if (keyFile !== undefined) verifyLock(text, file, await textOf(cwd, keyFile, signal))
  const facts = readLock(text, file)
  return {facts, key: splitSignature(text, file).signature?.key, checked: keyFile !== undefined}
}

const textOf = async (cwd: string, file: string, signal: AbortSignal): Promise<string> => {
  try {
    return await readFile(path.resolve(cwd, file), {encoding: 'utf8', signal})
  } catch (error) {
    if (signal.aborted) throw signal.reason
    const why = error instanceof Error ? error.message : String(error)
    throw new ImmError('SIDE_UNREADABLE', `${file} can't be read: ${why}`, {cause: error})
  }
}
