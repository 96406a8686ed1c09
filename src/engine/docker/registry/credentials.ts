import {readFile} from 'node:fs/promises'
import path from 'node:path'

import {z} from 'zod'

import {askHelper} from './credential-helper.ts'

/** `X-Registry-Auth` of Docker's Engine API. */
export interface Credentials {
  username?: string | undefined
  password?: string | undefined
  identitytoken?: string | undefined
  registrytoken?: string | undefined
  serveraddress: string
}

/** Where Docker's configuration is, and what its helpers are started with. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  home: string
}

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
})

/** What of config.json (docker/cli, cli/config/configfile) says how to log in. */
const configSchema = z.object({
  auths: z.record(z.string(), entry).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
})

/** What the user's `docker login` left for a registry; `problem`: why that can't be told. */
export const credentialsFor = async (
  server: string,
  {env, home}: Surroundings,
  signal: AbortSignal,
): Promise<{credentials?: Credentials | undefined; problem?: string | undefined}> => {
  const file = path.join(env['DOCKER_CONFIG'] || path.join(home, '.docker'), 'config.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return {}
  const config = configSchema.safeParse(parsed(text))
  if (!config.success) return {problem: `${file} is not what \`docker login\` writes`}
  const {auths = {}, credsStore, credHelpers = {}} = config.data
  // A helper for this registry wins over the store for all, and that over what the file holds itself.
  const helper = credHelpers[server] ?? credsStore
  if (helper !== undefined && helper !== '') {
    const answer = await askHelper(helper, server, env, signal)
    if ('problem' in answer) return answer
    if (answer.secret !== undefined) return {credentials: withServer(server, answer.username, answer.secret)}
  }
  const key = Object.keys(auths).find((each) => hostOf(each) === hostOf(server))
  const own = key === undefined ? undefined : auths[key]
  return {credentials: own && fromEntry(server, own)}
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Entries are written with and without a scheme and a path. */
const hostOf = (server: string): string => server.replace(/^https?:\/\//, '').split('/')[0] ?? ''

/** A helper says by this name that its secret is no password. */
const tokenUser = '<token>'

const withServer = (server: string, username: string, secret: string): Credentials =>
  username === tokenUser
    ? {identitytoken: secret, serveraddress: server}
    : {username, password: secret, serveraddress: server}

const fromEntry = (server: string, {auth, ...own}: z.infer<typeof entry>): Credentials | undefined => {
  const [username, ...password] = Buffer.from(auth ?? '', 'base64')
    .toString()
    .replace(/\0+$/, '')
    .split(':')
  const pair = auth ? {username, password: password.join(':')} : {}
  const found = {...pair, ...own}
  // `docker login` with a store leaves an empty entry behind.
  return Object.values(found).some(Boolean) ? {...found, serveraddress: server} : undefined
}
