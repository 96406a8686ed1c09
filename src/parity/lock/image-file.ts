import {z} from 'zod'

import type {Dependency, DirectorySide, LayerSide, Runtime, UsersSide} from '../facts.ts'
import type {Package} from '../packages/package.ts'
import {configFile} from './config-file.ts'
import {lines} from './fields.ts'

const layer = lines<LayerSide>(
  'DIFF_ID DIGEST SIZE COMPRESSION [INSTRUCTION]',
  ([diffId, digest, size, compression, ...createdBy]) =>
    diffId && digest && isCount(size) && isCompression(compression)
      ? {diffId, digest, size: Number(size), compression, ...(createdBy.length > 0 && {createdBy: createdBy.join(' ')})}
      : undefined,
  ({diffId, digest, size, compression, createdBy}) => [
    diffId,
    digest,
    size,
    compression,
    // Its words stay words, so that people can read it.
    ...(createdBy === undefined ? [] : createdBy.split(' ')),
  ],
)

const isCount = (word: string | undefined): boolean => /^\d+$/.test(word ?? '')

const isCompression = (word: string | undefined): word is LayerSide['compression'] =>
  word === 'none' || word === 'gzip' || word === 'zstd'

const packagesOf = lines<Package>(
  'NAME VERSION ARCHITECTURE',
  ([name, version, architecture, ...more]) =>
    name !== undefined && version !== undefined && architecture !== undefined && more.length === 0
      ? {name, version, architecture}
      : undefined,
  ({name, version, architecture}) => [name, version, architecture],
)

const packages = z.array(z.strictObject({manager: z.enum(['dpkg', 'apk', 'rpm']), packages: packagesOf}))

const runtimes = lines<Runtime>(
  'NAME VERSION PATH',
  ([name, version, path, ...more]) =>
    name !== undefined && version !== undefined && path !== undefined && more.length === 0
      ? {name, version, path}
      : undefined,
  ({name, version, path}) => [name, version, path],
)

const ecosystems = ['npm', 'pypi', 'gem', 'go', 'maven'] as const
const sources = ['installed', 'lock'] as const

const oneOf = <T extends string>(words: readonly T[], word: string | undefined): T | undefined =>
  words.find((each) => each === word)

const dependencies = lines<Dependency>(
  'ECOSYSTEM NAME VERSION SCOPE installed|lock',
  ([given, name, version, scope, from, ...more]) => {
    const [ecosystem, source] = [oneOf(ecosystems, given), oneOf(sources, from)]
    if (!ecosystem || !source || name === undefined || version === undefined || scope === undefined || more.length > 0)
      return undefined
    return {ecosystem, name, version, scope, source}
  },
  ({ecosystem, name, version, scope, source}) => [ecosystem, name, version, scope, source],
)

const directories = lines<DirectorySide>(
  'PATH COUNT DIGEST',
  ([path, count, digest, ...more]) =>
    path !== undefined && isCount(count) && digest !== undefined && more.length === 0
      ? {path, count: Number(count), digest}
      : undefined,
  ({path, count, digest}) => [path, count, digest],
)

const users = lines<UsersSide['users'][number]>(
  'NAME UID GID',
  ([name, id, gid, ...more]) =>
    name !== undefined && isCount(id) && isCount(gid) && more.length === 0
      ? {name, id: Number(id), gid: Number(gid)}
      : undefined,
  ({name, id, gid}) => [name, id, gid],
)

const groups = lines<UsersSide['groups'][number]>(
  'NAME GID',
  ([name, id, ...more]) =>
    name !== undefined && isCount(id) && more.length === 0 ? {name, id: Number(id)} : undefined,
  ({name, id}) => [name, id],
)

const os = z.strictObject({
  id: z.string(),
  version: z.string(),
  name: z.string(),
  pointRelease: z.string().optional(),
})

export const imageFile = z.strictObject({
  names: z.array(z.string()),
  id: z.string(),
  manifest: z.string().optional(),
  platform: z.string(),
  created: z.string().optional(),
  size: z.number(),
  layers: layer,
  base: z
    .strictObject({
      name: z.string().optional(),
      digest: z.string().optional(),
      created: z.string().optional(),
      layers: z.int().min(0),
      by: z.enum(['label', 'engine', 'history']),
      os: os.optional(),
      packages,
      runtimes,
    })
    .optional(),
  config: configFile,
  os: os.optional(),
  users: z.strictObject({users, groups}).optional(),
  packages,
  runtimes,
  dependencies,
  files: z.strictObject({digest: z.string(), count: z.int().min(0), directories: directories.optional()}),
})
