import {readFile} from 'node:fs/promises'

import {ImmError} from '../../errors.ts'

const variable = 'IMM_WEBHOOK_SECRET'

/**
 * The secret of webhooks: from a file, or else from the environment. It is taken out of the environment, because hooks, checks of candidates and
 * git are programs that would inherit it.
 */
export const webhookSecret = async (file: string | undefined, signal: AbortSignal): Promise<string> => {
  const given = process.env[variable]
  delete process.env[variable]
  const secret = (file === undefined ? (given ?? '') : await read(file, signal)).trim()
  if (secret !== '') return secret
  const where = file === undefined ? `${variable} is not set` : `${file} is empty`
  throw new ImmError('USAGE', `Webhooks need a secret: ${where}.`, {
    next: `Give the one that the repository's webhook has, by --webhook-secret-file FILE or ${variable}.`,
  })
}

const read = async (file: string, signal: AbortSignal): Promise<string> => {
  try {
    return await readFile(file, {encoding: 'utf8', signal})
  } catch (error) {
    signal.throwIfAborted()
    throw new ImmError('USAGE', `The secret of webhooks can't be read: ${String(error)}`, {cause: error})
  }
}
