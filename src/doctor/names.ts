import {execFile} from 'node:child_process'
import {isIPv4} from 'node:net'
import {promisify} from 'node:util'

import {note, ok, type Finding} from './finding.ts'

export interface NameFacts {
  /** `x.localhost`: one that nobody wrote down anywhere */
  name: string
  /** undefined where the lookup did not end in time */
  addresses: readonly string[] | undefined
}

const lookupMs = 2500

// A lookup can't be cancelled and keeps a process from ending while it hangs, so a process of its own makes it.
const script = `require('node:dns').lookup(process.argv[1], {all: true}, (error, found) =>
  console.log(JSON.stringify(error ? [] : found.map(({address}) => address))))`

/** How programs of this machine (not browsers) resolve a name. */
export const lookUp = async (name: string, signal: AbortSignal, timeoutMs = lookupMs): Promise<NameFacts> => {
  try {
    const options = {signal, timeout: timeoutMs, killSignal: 'SIGKILL'} as const
    const {stdout} = await promisify(execFile)(process.execPath, ['-e', script, name], options)
    return {name, addresses: JSON.parse(stdout) as string[]}
  } catch {
    signal.throwIfAborted()
    return {name, addresses: undefined}
  }
}

/** `host`: the name that people would use here, `shop.localhost`. */
export const nameFindings = ({name, addresses}: NameFacts, host: string, platform: NodeJS.Platform): Finding[] => {
  if (addresses && addresses.length > 0 && addresses.every(isLoopback))
    return [ok('names', `*.localhost leads to this machine (${addresses.join(', ')})`)]
  const seen =
    addresses === undefined
      ? `${name} was not resolved in time`
      : addresses.length === 0
        ? `${name} does not resolve`
        : `${name} resolves to ${addresses.join(', ')}, which is not this machine`
  return [
    note(
      'names',
      `${seen}: browsers and curl 7.85 or newer know *.localhost by themselves, other programs do not`,
      remedyFor(host, platform),
    ),
  ]
}

const remedyFor = (host: string, platform: NodeJS.Platform): string => {
  const file = platform === 'win32' ? String.raw`C:\Windows\System32\drivers\etc\hosts` : '/etc/hosts'
  const line = platform === 'win32' ? `  127.0.0.1 ${host}` : `  echo '127.0.0.1 ${host}' | sudo tee -a ${file}`
  const lines = [`Where such a program has to reach imm, a line in ${file} for each name:`, line]
  if (platform === 'linux') lines.push('or all names at once (Debian, Ubuntu):', '  sudo apt install libnss-myhostname')
  return lines.join('\n')
}

/** RFC 5735 section 3 (127.0.0.0/8), RFC 4291 section 2.5.3. */
const isLoopback = (address: string): boolean =>
  isIPv4(address) ? address.startsWith('127.') : address === '::1' || address.startsWith('::ffff:127.')
