import {createInterface} from 'node:readline/promises'

import {ImmError} from '../errors.ts'

/** Asks a person, where one is there. NOT_CONFIRMED where nobody can be asked: silence is no consent to losing data. */
export const confirm = async (question: string, signal: AbortSignal): Promise<boolean> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new ImmError('NOT_CONFIRMED', `${question} Nobody is there to be asked`)
  const asking = createInterface({input: process.stdin, output: process.stderr})
  try {
    const answer = await asking.question(`${question} [y/N] `, {signal})
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    asking.close()
  }
}
