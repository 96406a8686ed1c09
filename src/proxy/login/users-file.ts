import {randomBytes} from 'node:crypto'
import {readFile} from 'node:fs/promises'

import {ImmError} from '../../errors.ts'
import {isSystemError} from '../../socket/system-error.ts'
import {writeWhole} from '../../tls/write-whole.ts'
import {hashOf, isUserName, parseUsers, usersText} from './passwords.ts'
import type {Users} from './passwords.ts'
import {loginPlace} from './place.ts'

const leastPassword = 12

export const readUsers = async (home: string): Promise<Users> => {
  try {
    return parseUsers(await readFile(loginPlace(home).users, 'utf8'))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return new Map()
    throw error
  }
}

/** Adds the user, or gives one that is there another password; made up where none is given. Returns it. */
export const putUser = async (home: string, name: string, given: string | undefined): Promise<string> => {
  if (!isUserName(name))
    throw new ImmError('USAGE', `"${name}" is no name for a user`, {
      next: 'Use up to 64 letters, digits and any of . _ @ + -',
    })
  const password = given ?? randomBytes(15).toString('base64url')
  if (password.length < leastPassword)
    throw new ImmError('USAGE', `a password needs ${leastPassword} characters`, {next: 'Give none: imm makes one up.'})
  const users = new Map(await readUsers(home)).set(name, await hashOf(password))
  await writeWhole(loginPlace(home).users, usersText(users))
  return password
}

/** False where there is none of that name. */
export const removeUser = async (home: string, name: string): Promise<boolean> => {
  const users = new Map(await readUsers(home))
  if (!users.delete(name)) return false
  await writeWhole(loginPlace(home).users, usersText(users))
  return true
}
