import {randomBytes} from 'node:crypto'
import path from 'node:path'
import {Readable} from 'node:stream'

import type Docker from 'dockerode'
import {pack} from 'tar-fs'

import {docker} from './engine-socket.ts'
import {imm, jsonLines} from './imm.ts'
import type {TestProject} from './project.ts'
import {until} from './until.ts'

/** As `imm config` prints it, of what the fixtures use. */
interface Service {
  build?: {context: string; args?: Record<string, string>}
  image?: string
  command?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, {condition: string}>
  healthcheck?: {test: string[]}
  ports?: {target: number}[]
  secrets?: {source: string}[]
  volumes?: {type: 'bind' | 'volume'; source?: string; target: string; read_only?: boolean}[]
}

interface Model {
  services: Record<string, Service>
  secrets?: Record<string, {file: string}>
}

/** The services of a Compose file in containers, started as Compose would, and by nothing of imm but its reading of the file. */
export interface ByHand extends AsyncDisposable {
  /** where the published port of a service answers */
  origin(service: string): Promise<string>
  logs(service: string): Promise<string>
  kill(service: string): Promise<void>
  /** Builds it again, and starts a fresh container in place of the old one, which is given time to end. */
  replace(service: string): Promise<void>
}

const second = 1_000_000_000

export const startByHand = async (project: TestProject): Promise<ByHand> => {
  await using stack = new AsyncDisposableStack()
  const said = await imm(project, 'config', '--json', '--show-secrets')
  const model = jsonLines(said.stdout).at(-1)?.['model'] as Model | undefined
  if (said.exitCode !== 0 || !model) throw new Error(`imm config: ${said.stderr}`)
  const engine = docker()
  const name = `by-hand-${randomBytes(4).toString('hex')}`
  const network = await engine.createNetwork({Name: name})
  stack.defer(async () => void (await network.remove()))
  const volumes = new Set<string>()
  stack.defer(async () => {
    for (const volume of volumes) await engine.getVolume(volume).remove({force: true})
  })
  const images = new Set<string>()
  stack.defer(async () => {
    for (const image of images) await engine.getImage(image).remove({force: true})
  })
  const containers = new Map<string, Docker.Container>()
  stack.defer(async () => void (await Promise.all([...containers.values()].map(remove))))

  const mountOf = ({type, source, target, read_only: readOnly = false}: NonNullable<Service['volumes']>[number]) => {
    if (type === 'volume' && source !== undefined) volumes.add(`${name}_${source}`)
    const from = type === 'volume' && source !== undefined ? {Source: `${name}_${source}`} : {Source: source ?? ''}
    return {Type: type, ...from, Target: target, ReadOnly: readOnly}
  }
  const start = async (key: string): Promise<void> => {
    const service = model.services[key]
    if (!service) throw new Error(`there is no service ${key}`)
    const image = service.image ?? `${name}-${key}`
    if (service.build) images.add(await build(engine, service.build, image))
    const secrets = (service.secrets ?? []).map(({source}) => ({
      type: 'bind' as const,
      source: model.secrets?.[source]?.file ?? '',
      target: `/run/secrets/${source}`,
      read_only: true,
    }))
    const container = await engine.createContainer({
      Image: image,
      Env: Object.entries(service.environment ?? {}).map(([variable, value]) => `${variable}=${value}`),
      ...(service.command ? {Cmd: service.command} : {}),
      ...(service.healthcheck
        ? {Healthcheck: {Test: service.healthcheck.test, Interval: second / 5, Retries: 100}}
        : {}),
      ExposedPorts: Object.fromEntries((service.ports ?? []).map(({target}) => [`${target}/tcp`, {}])),
      HostConfig: {
        Mounts: [...(service.volumes ?? []), ...secrets].map(mountOf),
        PortBindings: Object.fromEntries(
          (service.ports ?? []).map(({target}) => [`${target}/tcp`, [{HostIp: '127.0.0.1', HostPort: ''}]]),
        ),
      },
      NetworkingConfig: {EndpointsConfig: {[name]: {Aliases: [key]}}},
    })
    containers.set(key, container)
    await container.start()
  }
  const containerOf = (key: string): Docker.Container => {
    const container = containers.get(key)
    if (!container) throw new Error(`${key} was not started`)
    return container
  }
  const fulfilled = async (key: string, condition: string): Promise<void> =>
    until(async () => {
      const {State} = await containerOf(key).inspect()
      const failed =
        State.Status === 'exited' && (condition !== 'service_completed_successfully' || State.ExitCode !== 0)
      if (failed) throw new Error(`${key} ended with ${State.ExitCode}:\n${await logsOf(containerOf(key))}`)
      if (condition === 'service_healthy') return State.Health?.Status === 'healthy'
      return condition === 'service_started' || State.Status === 'exited'
    })
  const startWithDependencies = async (key: string): Promise<void> => {
    if (containers.has(key)) return
    const dependencies = Object.entries(model.services[key]?.depends_on ?? {})
    for (const [other] of dependencies) await startWithDependencies(other)
    for (const [other, {condition}] of dependencies) await fulfilled(other, condition)
    await start(key)
  }
  for (const key of Object.keys(model.services)) await startWithDependencies(key)

  const running = stack.move()
  return {
    async origin(key) {
      const {NetworkSettings} = await containerOf(key).inspect()
      const [port] = Object.values(NetworkSettings.Ports).flatMap((bindings) => bindings ?? [])
      if (!port) throw new Error(`${key} publishes nothing:\n${await logsOf(containerOf(key))}`)
      return `http://127.0.0.1:${port.HostPort}`
    },
    logs: async (key) => logsOf(containerOf(key)),
    kill: async (key) => void (await containerOf(key).kill()),
    async replace(key) {
      const old = containerOf(key)
      await start(key)
      await old.stop({t: 20}).catch(() => {})
      await remove(old)
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** With its anonymous volumes; one that is gone is as good. */
const remove = async (container: Docker.Container): Promise<void> => {
  await container.remove({force: true, v: true}).catch(() => {})
}

const logsOf = async (container: Docker.Container): Promise<string> =>
  (await container.logs({stdout: true, stderr: true})).toString('utf8')

const build = async (engine: Docker, {context, args = {}}: NonNullable<Service['build']>, name: string) => {
  const stream = await engine.buildImage(Readable.from(pack(context), {objectMode: false}), {t: name, buildargs: args})
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(stream, (error, events: {error?: string}[]) => {
      const failed = error?.message ?? events.find((event) => event.error !== undefined)?.error
      if (failed === undefined) resolve()
      else reject(new Error(`${path.basename(context)} could not be built: ${failed}`))
    })
  })
  return name
}
