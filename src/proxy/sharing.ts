import {readFile} from 'node:fs/promises'
import {isIP} from 'node:net'
import path from 'node:path'

import {ImmError} from '../errors.ts'
import {isSystemError} from '../socket/system-error.ts'
import {writeWhole} from '../tls/write-whole.ts'
import {isLoopbackAddress} from './hosts.ts'
import {readInteger, readList, readRecord, readText} from './record.ts'

/** How the proxy is reached beyond this machine: kept, so that it is so however the proxy is started. */
export interface Sharing {
  /** addresses beside loopback; `0.0.0.0` and `::` are all */
  listen: readonly string[]
  /** every route has a name below it */
  domain?: string | undefined
  /** files of a certificate and its key, absolute */
  cert?: string | undefined
  key?: string | undefined
  /** a port for https beside the main one */
  httpsPort?: number | undefined
  /** nobody has to log in but where a route says so */
  open: boolean
}

export const notShared: Sharing = {listen: [], open: false}

/** Whether others than this machine's users may be there. */
export const isShared = ({listen, domain}: Sharing): boolean => listen.length > 0 || domain !== undefined

/** Where the main port listens. All addresses include loopback's: both could not be had. */
export const addressesToListen = ({listen}: Sharing): readonly string[] => [
  listen.includes('0.0.0.0') ? '0.0.0.0' : '127.0.0.1',
  listen.includes('::') ? '::' : '::1',
  ...listen.filter((address) => address !== '0.0.0.0' && address !== '::' && !covers(listen, address)),
]

const covers = (listen: readonly string[], address: string): boolean =>
  listen.includes(isIP(address) === 6 ? '::' : '0.0.0.0')

const fileOf = (home: string): string => path.join(home, 'proxy-settings.json')

/** PROXY_SETTINGS_INVALID where they make no sense: what they say of logins must not be guessed. */
export const readSharing = async (home: string): Promise<Sharing> => {
  const file = fileOf(home)
  try {
    return parseSharing(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return notShared
    const reason = error instanceof Error ? error.message : String(error)
    throw new ImmError('PROXY_SETTINGS_INVALID', `${file}: ${reason}`, {cause: error})
  }
}

export const writeSharing = async (home: string, sharing: Sharing): Promise<void> =>
  writeWhole(fileOf(home), `${JSON.stringify({version: 1, ...sharing}, undefined, 2)}\n`)

const parseSharing = (json: unknown): Sharing => {
  const record = readRecord(json, 'settings')
  readInteger(record, 'version', 1, 1)
  const text = (key: string) => (record[key] === undefined ? {} : {[key]: readText(record, key)})
  if (typeof record['open'] !== 'boolean') throw new Error('open is neither true nor false')
  return checkedSharing({
    listen: readList(record, 'listen').map((address) => readText({address}, 'address')),
    ...text('domain'),
    ...text('cert'),
    ...text('key'),
    ...(record['httpsPort'] === undefined ? {} : {httpsPort: readInteger(record, 'httpsPort', 1, 65_535)}),
    open: record['open'],
  })
}

const domainPattern = /^(?=.{3,180}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z](?:[a-z\d-]{0,61}[a-z\d])?$/

/** USAGE says what makes no sense. */
export const checkedSharing = ({listen, domain, cert, key, ...rest}: Sharing): Sharing => {
  for (const address of listen)
    if (isIP(address) === 0) throw wrong(`"${address}" is no IP address`, 'Give one of this machine, or 0.0.0.0.')
  const name = domain
    ?.toLowerCase()
    .replace(/^\*?\./, '')
    .replace(/\.$/, '')
  if (name !== undefined && (!domainPattern.test(name) || name.endsWith('.localhost')))
    throw wrong(`"${domain}" is no domain`, 'Give one like previews.example.org.')
  if ((cert === undefined) !== (key === undefined))
    throw wrong('a certificate needs its key, and a key its certificate', 'Give both --cert and --key.')
  return {
    listen: [...new Set(listen)].filter((address) => !isLoopbackAddress(address)),
    ...(name === undefined ? {} : {domain: name}),
    ...(cert === undefined ? {} : {cert, key}),
    ...rest,
  }
}

const wrong = (message: string, next: string): ImmError => new ImmError('USAGE', message, {next})
