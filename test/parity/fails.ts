import type {ExecutionContext} from 'ava'

import {isImmError, type ErrorCode} from '../../src/errors.ts'

/** That it fails with that code and a message that says so. */
export const fails = async (
  t: ExecutionContext,
  promise: Promise<unknown>,
  code: ErrorCode,
  message: RegExp,
): Promise<void> => {
  const error = await t.throwsAsync(promise)
  t.true(isImmError(error, code), String(error))
  t.regex(error?.message ?? '', message)
}
