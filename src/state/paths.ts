import {createHash} from 'node:crypto'
import {homedir, tmpdir, userInfo} from 'node:os'
import path from 'node:path'

/** Where imm keeps what must outlive a process, and its sockets. All absolute. */
export interface StatePaths {
  /** state files: caches that can be rebuilt from the engine's labels, but for numbers and name claims */
  home: string
  /** unix sockets; only its owner may enter (0700) */
  runtime: string
}

// sun_path is 104 bytes on macOS and 108 on Linux (unix(7)); names below the runtime directory take up to 40.
const longestRuntimePath = 62

/** `$IMM_HOME`, else the platform's state directory (XDG Base Directory Specification; Library/Application Support; LOCALAPPDATA). */
export const statePaths = (env: NodeJS.ProcessEnv = process.env, platform = process.platform): StatePaths => {
  const home = path.resolve(env['IMM_HOME'] || platformHome(env, platform))
  const wanted =
    env['IMM_HOME'] || !env['XDG_RUNTIME_DIR'] ? path.join(home, 'run') : path.join(env['XDG_RUNTIME_DIR'], 'imm')
  return {home, runtime: wanted.length <= longestRuntimePath ? wanted : shortRuntime(wanted)}
}

const platformHome = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string => {
  if (platform === 'win32') return path.join(env['LOCALAPPDATA'] || path.join(homedir(), 'AppData', 'Local'), 'imm')
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'imm')
  return path.join(env['XDG_STATE_HOME'] || path.join(homedir(), '.local', 'state'), 'imm')
}

const shortRuntime = (wanted: string): string =>
  path.join(tmpdir(), `imm-${userInfo().uid}-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`)
