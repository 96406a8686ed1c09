import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {userInfo} from 'node:os'

import type {StatePaths} from './paths.ts'

/**
 * Who an imm is on its engine, as 12 hex digits: the machine, the user and the state directory. Derived and not drawn, so that it is the
 * same again where the state was lost.
 */
export const ownerOf = async ({home}: StatePaths): Promise<string> => {
  // machine-id(5); elsewhere the user and the directory have to do, and a shared remote engine is the only place where that matters.
  const machine = await readFile('/etc/machine-id', 'utf8').catch(() => '')
  return createHash('sha256').update([machine.trim(), userInfo().uid, home].join('\0')).digest('hex').slice(0, 12)
}
