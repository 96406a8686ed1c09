import {isDeepStrictEqual} from 'node:util'

import type {InstanceDetails, InstanceMaking, InstanceMount} from '../../lifecycle/ports.ts'
import type {ConfigSide, RunSide} from '../facts.ts'
import {wordsWithoutSecrets} from '../secrets/words.ts'
import {defined, kindOfBind, plainRun, tidy, withOptions} from './run.ts'
import {settingsOf} from './settings/settings.ts'
import {byName, concealed} from './variable.ts'

export interface ContainerFacts {
  details: InstanceDetails
  making: InstanceMaking
  /** of its image; undefined where that can't be read */
  own: ConfigSide | undefined
  /** variables that the engine itself adds */
  added: ReadonlySet<string>
}

/** What Podman adds to the variables that a container was given. */
export const podmansVariables: ReadonlySet<string> = new Set(['container', 'HOME', 'HOSTNAME', 'TERM'])

/** How a container was started, as far as it is not its image's own. */
export const containerRun = (source: string, facts: ContainerFacts): RunSide => {
  const {details, making, own, added} = facts
  const variables = byName(
    Object.entries(details.env)
      .filter(([name]) => !added.has(name))
      .map(([name, value]) => concealed(name, value)),
  )
  const mounts = details.mounts.filter((mount) => !isImages(mount, own))
  return tidy({
    ...plainRun(source),
    image: making.imageName,
    config: configOf(facts),
    env: variables.filter((one) => !own?.env.some((images) => isDeepStrictEqual(images, one))),
    memoryBytes: details.memoryBytes,
    cpus: details.cpus,
    pidsLimit: making.pidsLimit,
    capAdd: making.capAdd,
    capDrop: making.capDrop,
    privileged: making.privileged,
    noNewPrivileges: making.noNewPrivileges,
    readOnlyRoot: details.readOnly,
    tmpfs: mounts
      .filter(({kind}) => kind === 'tmpfs')
      .map(({path}) => withOptions(path, making.settings.tmpfsOptions?.[path])),
    mounts: mounts
      .filter(({kind}) => kind !== 'tmpfs')
      .map(({kind, path, readOnly}) => ({path, kind: kind === 'bind' ? kindOfBind(path) : 'volume', readOnly})),
    networks:
      making.networkMode === 'none' || making.networkMode === 'host' ? [] : details.networks.map(plainName(details)),
    // Whose network it joined has its ports; imm's own containers join a sandbox, whose networks are told as theirs.
    networkMode: details.instance.sandbox === undefined ? making.networkMode : undefined,
    publishes: details.published.map(({containerPort, protocol}) => `${containerPort}/${protocol}`),
    restart: making.restart,
    stopGraceMs: making.stopGraceMs,
    init: making.init,
    others: settingsOf({...making.settings, privileged: making.privileged, memoryBytes: details.memoryBytes}),
  })
}

/** Of a VOLUME instruction: each container has one, whoever starts it. */
const isImages = ({kind, source, path}: InstanceMount, own: ConfigSide | undefined): boolean =>
  kind === 'volume' && /^[0-9a-f]{64}$/.test(source) && (own?.volumes.includes(path) ?? false)

const configOf = ({details, making, own}: ContainerFacts): RunSide['config'] => {
  const {test, intervalMs, timeoutMs, startPeriodMs, startIntervalMs, retries} = making.healthcheck ?? {}
  const healthcheck = test && defined({test, intervalMs, timeoutMs, startPeriodMs, startIntervalMs, retries})
  return {
    user: other(details.user, own?.user ?? ''),
    workdir: other(making.workingDir || '/', own?.workdir || '/'),
    entrypoint: otherWords(details.entrypoint, own?.entrypoint),
    command: otherWords(details.command, own?.command),
    stopSignal: other(making.stopSignal ?? 'SIGTERM', own?.stopSignal || 'SIGTERM'),
    healthcheck: isDeepStrictEqual(
      healthcheck && {...healthcheck, test: wordsWithoutSecrets(healthcheck.test)},
      own?.healthcheck && defined(own.healthcheck),
    )
      ? undefined
      : healthcheck,
  } as Partial<ConfigSide>
}

const other = <T>(value: T, images: T): T | undefined => (isDeepStrictEqual(value, images) ? undefined : value)

/** An image's words are told without secrets, and compared so. */
const otherWords = (words: readonly string[], images: readonly string[] = []): readonly string[] | undefined =>
  isDeepStrictEqual(wordsWithoutSecrets(words), images) ? undefined : words

/** Without what Compose, or imm, puts in front: the name that the file has for it. */
const plainName = ({instance: {labels}}: InstanceDetails): ((name: string) => string) => {
  const {'com.docker.compose.project': compose, 'imm.project': project, 'imm.environment': environment} = labels
  const prefixes = [compose && `${compose}_`, project && environment && `imm_${project}_${environment}.`]
  return (name) => {
    const prefix = prefixes.find((one) => one !== undefined && one !== '' && name.startsWith(one))
    return prefix === undefined ? name : name.slice(prefix.length)
  }
}
