import type {RunSettings} from '../../lifecycle/ports.ts'
import type {ConfigSide, RunSide} from '../../parity/facts.ts'
import {defined, kindOfBind, plainRun, tidy, withOptions} from '../../parity/sides/run.ts'
import {settingsOf} from '../../parity/sides/settings/settings.ts'
import {byName, concealed} from '../../parity/sides/variable.ts'
import type {PublishedPort} from '../../release/container.ts'

export interface SettingsFacts {
  settings: RunSettings
  published?: readonly PublishedPort[]
  /** names of variables that were set, and whose values nobody kept */
  withheld?: readonly string[]
}

/** How imm runs an app with these settings. */
export const settingsRun = (source: string, {settings, published = [], withheld = []}: SettingsFacts): RunSide => {
  const {container, resources, files} = settings
  const {attachment, binds, options} = container
  return tidy({
    ...plainRun(source),
    config: configOf(settings),
    env: byName([
      ...Object.entries(settings.env).map(([name, value]) => concealed(name, value)),
      ...withheld.filter((name) => name !== 'command').map((name) => ({name, from: 'a value that imm did not keep'})),
    ]),
    memoryBytes: resources.memoryBytes,
    cpus: resources.cpus,
    pidsLimit: options.pidsLimit,
    capAdd: options.capAdd ?? [],
    capDrop: options.capDrop ?? [],
    privileged: options.privileged ?? false,
    // Both are imm's own defaults, and not the engine's.
    noNewPrivileges: !options.securityOpt?.some((option) => /^no-new-privileges[:=]false$/.test(option)),
    init: options.init ?? options.pid === undefined,
    byImm: byImm(options),
    readOnlyRoot: settings.immutable === 'strict',
    tmpfs: settings.tmpfs.map((path) => withOptions(path, options.tmpfsOptions?.[path])),
    mounts: [
      ...settings.volumes.map(({path, readOnly}) => ({path, kind: 'volume' as const, readOnly})),
      ...binds.map(({path, readOnly}) => ({path, kind: kindOfBind(path), readOnly})),
      ...files.map(({path, kind}) => ({path, kind, readOnly: true})),
    ],
    networks: attachment === undefined ? ['default'] : attachment.networks.map(({name}) => plainName(name, settings)),
    networkMode: typeof attachment?.mode === 'object' ? 'container' : attachment?.mode,
    publishes: published.map(({containerPort, protocol}) => `${containerPort}/${protocol}`),
    restart: options.restart,
    replicas: settings.replicas,
    stopGraceMs: options.stopGraceMs,
    others: settingsOf({...options, ...attachment, memoryBytes: resources.memoryBytes}),
  })
}

/** imm never leaves it to the engine to start an app again. */
const byImm = ({securityOpt, init, pid}: RunSettings['container']['options']): RunSide['byImm'] => [
  ...(init === undefined && pid === undefined ? (['init'] as const) : []),
  ...(securityOpt?.some((option) => /^no-new-privileges\b/.test(option)) ? [] : (['no-new-privileges'] as const)),
  'restart',
]

const configOf = ({user, command, container: {options}}: RunSettings): RunSide['config'] => {
  const {entrypoint, healthcheck: check} = options
  return {
    user,
    workdir: options.workingDir,
    // The engine's word for none.
    entrypoint: entrypoint?.length === 1 && entrypoint[0] === '' ? [] : entrypoint,
    command: command ?? (entrypoint ? [] : undefined),
    stopSignal: options.stopSignal,
    healthcheck:
      check &&
      defined({
        test: check.test ?? [],
        intervalMs: check.intervalMs,
        timeoutMs: check.timeoutMs,
        startPeriodMs: check.startPeriodMs,
        startIntervalMs: check.startIntervalMs,
        retries: check.retries,
      }),
  } as Partial<ConfigSide>
}

/** `imm_shop_main.backend` is `backend` in the Compose file. */
const plainName = (name: string, {project}: RunSettings): string => {
  const [, key] = name.startsWith(`imm_${project}_`) ? (/\.(.+)$/.exec(name) ?? []) : []
  return key ?? name
}
