import type {MountSide, RunSide} from '../facts.ts'
import {wordsWithoutSecrets} from '../secrets/words.ts'

/** Nothing but the image: what is not said of it is the engine's default. */
export const plainRun = (source: string): RunSide => ({
  source,
  config: {},
  env: [],
  capAdd: [],
  capDrop: [],
  privileged: false,
  tmpfs: [],
  mounts: [],
  networks: [],
  publishes: [],
})

/**
 * Without what is not said, and without what says the default in as many words: `restart: "no"`, `init: false`. Who says it runs the same as
 * who does not.
 */
export const tidy = ({
  restart,
  readOnlyRoot,
  init,
  noNewPrivileges,
  pidsLimit,
  replicas,
  others = {},
  ...run
}: RunSide): RunSide =>
  defined({
    ...run,
    config: defined(withoutSecrets(run.config)),
    capAdd: run.capAdd.map(capability).toSorted(),
    capDrop: run.capDrop.map(capability).toSorted(),
    tmpfs: run.tmpfs.toSorted(),
    mounts: run.mounts.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    networks: [...new Set(run.networks)].toSorted(),
    publishes: [...new Set(run.publishes)].toSorted(),
    restart: restart === 'no' || restart === '' ? undefined : restart,
    readOnlyRoot: readOnlyRoot || undefined,
    init: init || undefined,
    noNewPrivileges: noNewPrivileges || undefined,
    replicas: replicas === 1 ? undefined : replicas,
    others: Object.keys(others).length === 0 ? undefined : others,
    pidsLimit: pidsLimit !== undefined && pidsLimit > 0 ? pidsLimit : undefined,
  })

/** As an image's own configuration is told, so that the two can be compared. */
const withoutSecrets = ({entrypoint, command, healthcheck, ...config}: RunSide['config']): RunSide['config'] => ({
  ...config,
  ...(entrypoint && {entrypoint: wordsWithoutSecrets(entrypoint)}),
  ...(command && {command: wordsWithoutSecrets(command)}),
  ...(healthcheck && {healthcheck: {...healthcheck, test: wordsWithoutSecrets(healthcheck.test)}}),
})

/** `NET_ADMIN`: with or without CAP_ in front is the same to everybody. */
const capability = (name: string): string => name.toUpperCase().replace(/^CAP_/, '')

/** A lock file has no word for undefined: what is not there must not be there in either. */
export const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T

/** A secret is a file that the engine binds: its place says what it is. */
export const kindOfBind = (path: string): MountSide['kind'] =>
  path === '/run/secrets' || path.startsWith('/run/secrets/') || path.startsWith('/var/run/secrets/')
    ? 'secret'
    : 'bind'

/** A tmpfs as engines take it: `/tmp:size=64m,mode=1777`. */
export const withOptions = (path: string, options = ''): string => (options === '' ? path : `${path}:${options}`)
