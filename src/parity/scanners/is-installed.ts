import {access, constants} from 'node:fs/promises'
import path from 'node:path'

/** Whether a program is to be found in PATH. */
export const isInstalled = async (program: string, env: NodeJS.ProcessEnv): Promise<boolean> => {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program]
  for (const directory of (env['PATH'] ?? '').split(path.delimiter).filter(Boolean))
    for (const name of names) if (await isExecutable(path.join(directory, name))) return true
  return false
}

const isExecutable = async (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
