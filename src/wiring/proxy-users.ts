import {ImmError} from '../errors.ts'
import {putUser, readUsers, removeUser} from '../proxy/login/users-file.ts'
import {statePaths} from '../state/paths.ts'

/** Returns the password, where it was made up. */
export const addProxyUser = async (name: string, password: string | undefined): Promise<string | undefined> => {
  const used = await putUser(statePaths().home, name, password)
  return password === undefined ? used : undefined
}

export const proxyUsers = async (): Promise<string[]> => [...(await readUsers(statePaths().home)).keys()]

export const removeProxyUser = async (name: string): Promise<void> => {
  if (await removeUser(statePaths().home, name)) return
  throw new ImmError('USAGE', `the proxy has no user "${name}"`, {next: '`imm proxy user list` lists them.'})
}
