import {createHash} from 'node:crypto'
import {access, readFile} from 'node:fs/promises'
import path from 'node:path'

import {z} from 'zod'

import {ImmError} from '../errors.ts'
import type {Candidate, Surroundings} from './candidates.ts'

const configSchema = z.object({currentContext: z.string().optional()})
const metaSchema = z.object({Endpoints: z.object({docker: z.object({Host: z.string().min(1)})})})

/**
 * The engine of the Docker context in use: `DOCKER_CONTEXT`, else `currentContext` of config.json. Contexts live in
 * `contexts/meta/<sha256 of the name>/meta.json`, their TLS files in `contexts/tls/<the same>/docker` (docker/cli, context/store).
 * Undefined where there is none, it is the default one, or config.json names one that is gone: then the usual places are looked at.
 */
export const contextCandidate = async ({
  env,
  home,
}: Pick<Surroundings, 'env' | 'home'>): Promise<Candidate | undefined> => {
  const directory = env['DOCKER_CONFIG'] || path.join(home, '.docker')
  const config = await readJson(path.join(directory, 'config.json'), configSchema)
  const name = env['DOCKER_CONTEXT'] || config?.currentContext
  if (!name || name === 'default') return undefined
  const id = createHash('sha256').update(name).digest('hex')
  const meta = await readJson(path.join(directory, 'contexts/meta', id, 'meta.json'), metaSchema)
  if (!meta && env['DOCKER_CONTEXT'])
    throw new ImmError('ENGINE_MISSING', `DOCKER_CONTEXT is "${name}", and there is no such Docker context`, {
      next: '`docker context ls` lists what there is.',
    })
  if (!meta) return undefined
  const tls = path.join(directory, 'contexts/tls', id, 'docker')
  const hasTls = await access(path.join(tls, 'ca.pem')).then(
    () => true,
    () => false,
  )
  return {
    name: `Docker context ${name}`,
    endpoint: meta.Endpoints.docker.Host,
    tls: hasTls ? tls : undefined,
  }
}

const readJson = async <T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> => {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}
