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

/** What stands in the way of a host name that should lead here; undefined: nothing. */
export const nameTrouble = (facts: NameFacts, platform: NodeJS.Platform): string | undefined =>
  leadsHere(facts) ? undefined : `${seenOf(facts)}; ${entryFor(facts.name, platform)}`

const leadsHere = ({addresses}: NameFacts): boolean =>
  addresses !== undefined && addresses.length > 0 && addresses.every(isLoopback)

const seenOf = ({name, addresses}: NameFacts): string => {
  if (addresses === undefined) return `${name} was not resolved in time`
  if (addresses.length === 0) return `${name} does not resolve`
  return `${name} resolves to ${addresses.join(', ')}, which is not this machine`
}

const hostsFile = (platform: NodeJS.Platform): string =>
  platform === 'win32' ? String.raw`C:\Windows\System32\drivers\etc\hosts` : '/etc/hosts'

const entryFor = (host: string, platform: NodeJS.Platform): string =>
  platform === 'win32'
    ? `add a line to ${hostsFile(platform)}: 127.0.0.1 ${host}`
    : `add it to ${hostsFile(platform)}: echo '127.0.0.1 ${host}' | sudo tee -a ${hostsFile(platform)}`

/** `host`: the name that people would use here, `shop.localhost`. */
export const nameFindings = (facts: NameFacts, host: string, platform: NodeJS.Platform): Finding[] => {
  if (leadsHere(facts)) return [ok('names', `*.localhost leads to this machine (${facts.addresses?.join(', ')})`)]
  return [
    note(
      'names',
      `${seenOf(facts)}: browsers and curl 7.85 or newer know *.localhost by themselves, other programs do not`,
      remedyFor(host, platform),
    ),
  ]
}

const remedyFor = (host: string, platform: NodeJS.Platform): string => {
  const file = hostsFile(platform)
  const line = platform === 'win32' ? `  127.0.0.1 ${host}` : `  echo '127.0.0.1 ${host}' | sudo tee -a ${file}`
  const lines = [`Where such a program has to reach imm, a line in ${file} for each name:`, line]
  if (platform === 'linux') lines.push('or all names at once (Debian, Ubuntu):', '  sudo apt install libnss-myhostname')
  return lines.join('\n')
}

/** RFC 5735 section 3 (127.0.0.0/8), RFC 4291 section 2.5.3. */
const isLoopback = (address: string): boolean =>
  isIPv4(address) ? address.startsWith('127.') : address === '::1' || address.startsWith('::ffff:127.')
