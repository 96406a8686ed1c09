import {readFile} from 'node:fs/promises'
import {Readable} from 'node:stream'

import {ImmError} from '../../../src/errors.ts'
import type {
  Engine,
  EngineEvent,
  EngineFacts,
  Holder,
  ImageEntry,
  ImageFile,
  InstanceDetails,
  InstanceMaking,
  InstanceSpec,
  LogLine,
  OnceSpec,
} from '../../../src/lifecycle/ports.ts'
import type {PublishedPort} from '../../../src/release/container.ts'
import {byCall, type ByCall} from './by-call.ts'
import {hasCommand, runCommand} from './commands.ts'
import {Container, type Volume} from './container.ts'
import {EventQueue} from './event-queue.ts'
import {type Faults, faultGate} from './faults.ts'
import {ImageStore} from './image-store.ts'
import {Networks, resolve} from './networks.ts'
import {runScript} from './once.ts'
import {type Program, programFiles} from './program.ts'
import {isSandbox, sandboxImage, sandboxSpec} from './sandbox.ts'
import {tarOf} from './tar.ts'
import {textOf} from './text-of.ts'
import type {Write} from './written.ts'

export interface MemoryEngine extends Engine, AsyncDisposable {
  /** for containers without sockets */
  byCall: ByCall
  faults: Faults
  /** how many containers were started so far */
  readonly started: number
  /** how many listen to its events */
  readonly listeners: number
  /** ends a container's program, as a crash does */
  crash(id: string, exitCode?: number): void
  /** starts what has ended again, as the engine does that was told to */
  restart(id: string): Promise<void>
  /** lets a container's HEALTHCHECK fail from now on */
  sicken(id: string): void
  /** gives a container another address, as an engine does that was started again */
  move(id: string): Promise<void>
  /** who listens to its events now hears nothing more, and isn't told so */
  deafen(): void
  /** lets a running container print */
  print(id: string, line: string): void
  /** gives its registry an image; undefined takes it away again */
  offer(reference: string, program: Program | undefined): void
  /** removes a container as somebody else would */
  removeBehindTheBack(id: string): void
  /** does to one path what the program of a container, or somebody in it, would */
  write(id: string, path: string, write: Write): void
  /** what `docker update` and `docker network connect` do */
  alter(id: string, to: {memoryBytes?: number; cpus?: number; network?: string}): void
}

export interface MemoryEngineOptions {
  /** whether it can have sandboxes, as some engines cannot; default true */
  sandboxes?: boolean
  /** whether containers serve on real sockets, or are only asked by calls; default true */
  sockets?: boolean
}

type Labels = Readonly<Record<string, string>>

const facts: EngineFacts = {
  name: 'memory',
  version: '1',
  apiVersion: '1',
  endpoint: 'memory',
  builder: 'buildkit',
  reach: 'address',
  dataRoot: undefined,
}

/** An engine in this process: images are programs (program.ts) that open real servers on loopback. */
export const memoryEngine = ({sandboxes = true, sockets = true}: MemoryEngineOptions = {}): MemoryEngine => {
  const images = new ImageStore()
  const containers = new Map<string, Container>()
  const volumes = new Map<string, Volume>()
  const networks = new Networks()
  const listeners = new Map<EventQueue<EngineEvent>, Labels>()
  const registry = new Map<string, Program>()
  let started = 0

  const gate = faultGate((error) => {
    for (const queue of listeners.keys()) queue.end(error)
  })
  const tell = (container: Container, kind: EngineEvent['kind']) => {
    const {
      id,
      spec: {labels},
    } = container

    const {exitCode} = kind === 'exited' ? container.instance() : {exitCode: undefined}
    for (const [queue, wanted] of listeners)
      if (carries(labels, wanted)) queue.push({kind, id, labels, ...(exitCode === undefined ? {} : {exitCode})})
  }
  const onHealth = (container: Container) => tell(container, 'health')
  const announce = (container: Container) => tell(container, 'exited')
  const existing = (id: string): Container => {
    const container = containers.get(id)
    if (!container) throw new ImmError('ENGINE_REFUSED', `No such container: ${id}`)
    return container
  }
  const heldIn = async (of: Holder): Promise<Map<string, ImageFile>> => {
    if ('image' in of) return images.held(of.image, 0)
    const container = existing(of.container)
    return container.written.over(await images.held(imageOf(container), 0))
  }
  const imageOf = (container: Container) => {
    const image = images.get(container.instance().image)
    if (!image) throw new ImmError('ENGINE_REFUSED', `No such image: ${container.instance().image}`)
    return image
  }
  const attachmentOf = ({spec}: Container) => containers.get(spec.sandbox ?? '')?.spec.attachment ?? spec.attachment
  const attached = () =>
    [...containers.values()].map((container) => ({
      name: container.spec.name,
      attachment: container.spec.attachment,
      address: container.instance().address,
      running: isAlive(container),
    }))
  const provide = ({name, volumes: wanted, attachment, published = []}: Partial<InstanceSpec> & OnceSpec) => {
    networks.admit(name, attachment)
    for (const {name: volume, labels} of wanted) {
      if (Object.keys(labels).length === 0 && !volumes.has(volume))
        throw new ImmError('ENGINE_REFUSED', `there is no volume ${volume}`)
      if (!volumes.has(volume)) volumes.set(volume, {labels, starts: 0})
    }
    for (const {hostPort} of published)
      if ([...containers.values()].some((one) => isAlive(one) && hasPort(one, hostPort)))
        throw new ImmError('PORT_IN_USE', `port ${hostPort} of this host is taken by another program or container`)
  }
  const runWords = async (words: readonly string[], spec: OnceSpec, container: Container): Promise<number> => {
    const {network, interactive} = spec
    if (interactive) return runCommand({...interactive, command: words})
    const host = network && containers.get(network.id)
    const attachment = (host && attachmentOf(host)) ?? spec.attachment
    const over = new AbortController()
    void container.ended.then(() => over.abort())
    const code = runScript(words, {
      env: spec.env,
      print: (text) => container.print(text),
      reach(url) {
        const isOwn = url.hostname === '127.0.0.1'
        const address = isOwn ? host?.instance().address : resolve(url.hostname, attachment ?? {}, attached())
        return address && new URL(`${url.pathname}${url.search}`, `http://${address.host}:${address.port}`)
      },
      async read(path) {
        if (path === '/etc/hosts')
          return (attachment?.extraHosts ?? []).map(({name, address}) => `${address} ${name}`).join('\n')
        const bind = spec.binds?.find((one) => one.path === path)
        return bind && readFile(bind.source, 'utf8')
      },
      signal: over.signal,
    })
    return Promise.race([code, container.ended.then(() => 137)])
  }
  const usersOf = (volume: string) =>
    [...containers.values()].filter(({spec}) => spec.volumes.some(({name}) => name === volume))
  const dropSync = (container: Container) => {
    container.exit(137)
    containers.delete(container.id)
  }

  return {
    facts,
    byCall: byCall(containers),
    faults: gate,
    get started() {
      return started
    },
    get listeners() {
      return listeners.size
    },
    restart: async (id) => existing(id).restart(),
    crash: (id, exitCode = 1) => existing(id).exit(exitCode),
    sicken(id) {
      const container = existing(id)
      container.sicken()
      tell(container, 'health')
    },
    deafen: () => listeners.clear(),
    move: async (id) => existing(id).move(),
    print: (id, line) => existing(id).print(line),
    offer(reference, program) {
      if (program) registry.set(reference, program)
      else registry.delete(reference)
    },
    removeBehindTheBack: (id) => dropSync(existing(id)),
    write(id, path, write) {
      const {spec, written} = existing(id)
      const mounted = [...spec.tmpfs, ...spec.volumes.map((volume) => volume.path)]
      if (!mounted.some((mount) => path.startsWith(`${mount}/`))) written.write(path, write)
    },
    alter(id, {network, ...limits}) {
      const {altered} = existing(id)
      Object.assign(altered, limits)
      if (network !== undefined) altered.networks.push(network)
    },

    async build(request, signal) {
      await gate.enter('build', signal)
      return images.build(request, signal)
    },
    canonical: async (request, signal) => ({image: await images.build(request, signal), own: []}),
    config: async ({env, workingDir}) => ({
      Env: Object.entries(env).map((pair) => pair.join('=')),
      WorkingDir: workingDir,
    }),
    async images(labels, signal) {
      await gate.enter('images', signal)
      return images.all().filter((image) => carries(image.labels, labels))
    },
    async image(reference, signal) {
      await gate.enter('image', signal)
      return images.get(reference)
    },
    async named(signal) {
      await gate.enter('named', signal)
      return images.all().filter(({references}) => references.length > 0)
    },
    async layering(signal) {
      await gate.enter('layering', signal)
      return {way: 'load', whiteouts: true}
    },
    async addLayer(request, signal) {
      await gate.enter('addLayer', signal)
      return images.addLayer(request)
    },
    async look(image, above, paths, signal) {
      await gate.enter('look', signal)
      const held = await images.held(image, above)
      const entries = paths.map((path) => [path, held.get(path)] as const)
      return new Map(entries.flatMap(([path, file]) => (file ? [[path, entryOf(file)]] : [])))
    },
    // oxlint-disable-next-line require-yield -- its images have no layers that an archive could hold
    async *archive(image, signal) {
      await gate.enter('archive', signal)
      throw new ImmError('ENGINE_REFUSED', `exporting the image ${image.id}: it is in memory alone`)
    },
    async *files(image, signal) {
      await gate.enter('files', signal)
      yield* (await images.held(image, 0)).values()
    },
    async sandbox({name, labels, port, attachment}, signal) {
      await gate.enter('sandbox', signal)
      if (!sandboxes) return undefined
      networks.admit(name, attachment)
      const spec = {...sandboxSpec(name, {...labels, 'imm.role': 'sandbox'}, port), attachment}
      const container = new Container(spec, {image: sandboxImage, program: {}, volumes, onExit: announce, sockets})
      containers.set(container.id, container)
      await container.start()
      if (signal.aborted) dropSync(container)
      signal.throwIfAborted()
      return container.instance()
    },
    async createVolume({name, labels}, signal) {
      await gate.enter('createVolume', signal)
      if (!volumes.has(name)) volumes.set(name, {labels, starts: 0})
    },
    async network(spec, signal) {
      await gate.enter('network', signal)
      return networks.make(spec)
    },
    async networkNamed(name, signal) {
      await gate.enter('networkNamed', signal)
      return networks.all().find((one) => one.name === name)
    },
    async volumeNamed(name, signal) {
      await gate.enter('volumeNamed', signal)
      const volume = volumes.get(name)
      return volume && {name, labels: volume.labels, plain: true}
    },
    async volumeUsers(name, signal) {
      await gate.enter('volumeUsers', signal)
      return usersOf(name).map((container) => container.instance())
    },
    async volumeSizes(signal) {
      await gate.enter('volumeSizes', signal)
      return new Map([...volumes].map(([name, {content}]) => [name, content?.length ?? 0]))
    },
    async copyVolume({from, to, onProgress}, signal) {
      await gate.enter('copyVolume', signal)
      signal.throwIfAborted()
      const [source, target] = [volumes.get(from), volumes.get(to)]
      if (!source || !target) throw new ImmError('ENGINE_REFUSED', `no such volume: ${source ? to : from}`)
      Object.assign(target, {...source, labels: target.labels})
      const bytes = source.content?.length ?? 0
      onProgress({doneBytes: bytes, totalBytes: bytes})
      return {bytes, way: 'direct'}
    },
    async fillVolume({to, from, onProgress}, signal) {
      await gate.enter('fillVolume', signal)
      const target = volumes.get(to)
      if (!target) throw new ImmError('ENGINE_REFUSED', `no such volume: ${to}`)
      const parts = 'archive' in from ? await Array.fromAsync(from.archive) : [await textOf(from.directory)]
      signal.throwIfAborted()
      target.content = Buffer.concat(parts)
      onProgress({doneBytes: target.content.length, totalBytes: undefined})
      return {bytes: target.content.length, way: 'streamed'}
    },
    async storeInVolume({volume, content, onProgress}, signal) {
      await gate.enter('storeInVolume', signal)
      const target = volumes.get(volume)
      if (!target) throw new ImmError('ENGINE_REFUSED', `no such volume: ${volume}`)
      target.content = Buffer.concat(await Array.fromAsync(content))
      onProgress({doneBytes: target.content.length, totalBytes: undefined})
      return {bytes: target.content.length}
    },
    async *storedInVolume(name, _labels, signal) {
      await gate.enter('storedInVolume', signal)
      const {content} = volumes.get(name) ?? {}
      if (content) yield content
    },
    async networks(labels, signal) {
      await gate.enter('networks', signal)
      return networks.all().filter((one) => carries(one.labels, labels))
    },
    async removeNetwork(name, signal) {
      await gate.enter('removeNetwork', signal)
      networks.remove(
        name,
        attached().filter(({running}) => running),
      )
    },
    async pull(wanted, signal) {
      const {reference} = wanted
      await gate.enter('pull', signal)
      const program = registry.get(reference)
      if (!program) throw new ImmError('IMAGE_UNAVAILABLE', `${reference} can't be fetched: not found`)
      wanted.onProgress({doneBytes: 0, totalBytes: 1000})
      const context = () => Readable.from([tarOf(programFiles(program))])
      const request = {context, dockerfile: 'Dockerfile', target: undefined, args: {}, labels: {}, reference}
      const image = await images.build({...request, onStep: () => {}}, signal)
      wanted.onProgress({doneBytes: 1000, totalBytes: 1000})
      return image
    },
    hasTriggers: async () => false,
    async tag(image, reference, signal) {
      await gate.enter('tag', signal)
      images.name(image, reference)
    },
    async untag(reference, signal) {
      await gate.enter('untag', signal)
      const image = images.get(reference)
      const used = [...containers.values()].some((container) => container.instance().image === image?.id)
      if (image && !(used && image.references.length <= 1)) images.unname(reference)
    },
    async start(spec, signal) {
      await using undo = new AsyncDisposableStack()
      const sandbox = spec.sandbox === undefined ? undefined : containers.get(spec.sandbox)
      // Used up, whatever becomes of the start.
      undo.defer(async () => {
        if (sandbox) dropSync(sandbox)
      })
      await gate.enter('start', signal)
      if (spec.sandbox !== undefined && !(sandbox && isAlive(sandbox)))
        throw new ImmError('ENGINE_REFUSED', `the sandbox that container ${spec.name} was to join is gone`)
      const image = images.find(spec.image)
      if (!image) throw new ImmError('ENGINE_REFUSED', `creating container ${spec.name}: No such image: ${spec.image}`)
      const holder = [...containers.values()].find((container) => container.spec.name === spec.name)
      if (holder && (isAlive(holder) || !sameApp(holder.spec.labels, spec.labels)))
        throw new ImmError('ENGINE_REFUSED', `creating container ${spec.name}: the name is already in use`)
      if (holder) dropSync(holder)
      provide({...spec, network: undefined})
      const {
        image: {id},
        program,
      } = image
      const address = sandbox?.instance().address
      const container = new Container(spec, {image: id, program, volumes, onExit: announce, onHealth, address, sockets})
      container.published = bound(spec.published ?? [])
      containers.set(container.id, container)
      started += 1
      await container.start()
      if (signal.aborted) dropSync(container)
      signal.throwIfAborted()
      undo.move()
      return container.instance()
    },
    async runOnce(spec, onLine, signal) {
      await gate.enter('runOnce', signal)
      const image = images.find(spec.image)
      if (!image) throw new ImmError('ENGINE_REFUSED', `creating container ${spec.name}: No such image: ${spec.image}`)
      provide(spec)
      const words = [...(spec.options?.entrypoint ?? []), ...(spec.command ?? [])]
      const program = words.length === 0 ? image.program : {}
      const own = {...spec, port: 0}
      const container = new Container(own, {image: image.image.id, program, volumes, onExit: announce, sockets})
      containers.set(container.id, container)
      const printed = printTo(container, signal, onLine)
      await container.start()
      const stop = () => container.exit(137)
      signal.addEventListener('abort', stop, {once: true})
      try {
        if (signal.aborted) stop()
        if (words.length > 0) container.exit(await runWords(words, spec, container))
        else await container.ended
        await printed
        signal.throwIfAborted()
        return {exitCode: container.instance().exitCode ?? 137, outOfMemory: false}
      } finally {
        signal.removeEventListener('abort', stop)
        containers.delete(container.id)
      }
    },
    async instance(id, signal) {
      await gate.enter('instance', signal)
      return containers.get(id)?.instance()
    },
    async instances(labels, signal) {
      await gate.enter('instances', signal)
      return [...containers.values()]
        .map((container) => container.instance())
        .filter((one) => carries(one.labels, labels))
    },
    async details(id, signal) {
      await gate.enter('details', signal)
      const container = containers.get(id)
      if (!container) return undefined
      const sandbox = containers.get(container.spec.sandbox ?? '')
      return detailsOf(container, sandbox ?? container, images.get(container.instance().image)?.env ?? {})
    },
    async making(id, signal) {
      await gate.enter('making', signal)
      const container = containers.get(id)
      return container && makingOf(container)
    },
    async changes(id, signal) {
      await gate.enter('changes', signal)
      const container = existing(id)
      return container.written.changes(await images.held(imageOf(container), 0))
    },
    async inside(of, paths, signal) {
      await gate.enter('inside', signal)
      const held = await heldIn(of)
      return new Map(paths.flatMap((path) => (held.has(path) ? [[path, held.get(path) as ImageFile]] : [])))
    },
    async content(of, path, signal) {
      await gate.enter('content', signal)
      if ('image' in of) return images.bytes(of.image, path)
      const container = existing(of.container)
      const own = container.written.bytes(path)
      return own === null ? undefined : (own ?? images.bytes(imageOf(container), path))
    },
    async exec(id, request, signal) {
      await gate.enter('exec', signal)
      const container = existing(id)
      if (container.instance().state !== 'running')
        throw new ImmError('ENGINE_REFUSED', `running ${request.command[0]} in container ${id}: it is not running`)
      if (!hasCommand(request.command[0])) throw new ImmError('COMMAND_NOT_STARTED', 'there is no such command')
      return {ended: runCommand(request), resize: async () => {}}
    },
    async pause(id, signal) {
      await gate.enter('pause', signal)
      const container = existing(id)
      if (!isAlive(container)) throw new ImmError('ENGINE_REFUSED', `Container ${id} is not running`)
      container.pause()
    },
    async unpause(id, signal) {
      await gate.enter('unpause', signal)
      const container = existing(id)
      if (!isAlive(container)) throw new ImmError('ENGINE_REFUSED', `Container ${id} is not paused`)
      container.unpause()
    },
    async remove(id, graceMs, signal) {
      await gate.enter('remove', signal)
      const found = containers.get(id)
      // Who joined a sandbox goes with it, as it goes with them.
      const tenants = [...containers.values()].filter(({spec: {sandbox}}) => sandbox === id)
      for (const container of [...tenants, ...(found ? [found] : [])]) {
        if (isAlive(container)) await container.stop(isSandbox(container) ? 0 : graceMs)
        containers.delete(container.id)
        const sandbox = containers.get(container.spec.sandbox ?? '')
        if (sandbox) dropSync(sandbox)
      }
    },
    async stop(id, graceMs, signal) {
      await gate.enter('stop', signal)
      const container = containers.get(id)
      if (!container) return
      if (isAlive(container)) await container.stop(graceMs)
      const sandbox = containers.get(container.spec.sandbox ?? '')
      if (sandbox) dropSync(sandbox)
    },
    async halt(id, graceMs, signal) {
      await gate.enter('halt', signal)
      const container = containers.get(id)
      if (container && isAlive(container)) await container.stop(graceMs)
    },
    async resume(id, signal) {
      await gate.enter('resume', signal)
      const container = containers.get(id)
      if (container?.instance().state === 'paused') container.unpause()
      else if (container && !isAlive(container)) await container.restart()
      return container?.instance()
    },
    async startedWith(id, signal) {
      await gate.enter('startedWith', signal)
      const container = containers.get(id)
      if (!container) return undefined
      const {name: _name, image: _image, labels: _labels, sandbox: _sandbox, ...given} = container.spec
      return given
    },
    async imageUsage(_labels, signal) {
      await gate.enter('imageUsage', signal)
      return new Map(images.all().map((image) => [image.id, images.usageOf(image)] as const))
    },
    async written(id, signal) {
      await gate.enter('written', signal)
      return containers.get(id)?.program.writes ?? 0
    },
    async buildCache(signal) {
      await gate.enter('buildCache', signal)
      return {entries: 2, bytes: 1000}
    },
    leftTrials: async () => [],
    async *logs(id, options, signal) {
      await gate.enter('logs', signal)
      const container = containers.get(id)
      if (container) yield* container.printed.read(options, signal)
    },
    events(labels, signal) {
      // Subscribed here and not at the first read: "from now on".
      const queue = new EventQueue<EngineEvent>()
      listeners.set(queue, labels)
      return (async function* () {
        try {
          await gate.enter('events', signal)
          yield* queue.read(signal)
        } finally {
          listeners.delete(queue)
        }
      })()
    },
    async listening(id, signal) {
      await gate.enter('listening', signal)
      return containers.get(id)?.listening ?? []
    },
    async healthcheck(id, signal) {
      await gate.enter('healthcheck', signal)
      const container = existing(id)
      const {health} = container.instance()
      if (health === 'none') return {healthy: true, output: ''}
      const healthy = health === 'healthy'
      return {healthy, output: healthy ? '' : 'not healthy'}
    },
    async usage(id, signal) {
      await gate.enter('usage', signal)
      const state = containers.get(id)?.instance().state
      return state === 'running' || state === 'paused' ? {memoryBytes: 1_000_000, cpuMs: 1} : undefined
    },
    async volumes(labels, signal) {
      await gate.enter('volumes', signal)
      return [...volumes]
        .filter(([, own]) => carries(own.labels, labels))
        .map(([name, own]) => ({name, labels: own.labels, plain: true}))
    },
    async removeVolume(name, signal) {
      await gate.enter('removeVolume', signal)
      if (usersOf(name).length > 0) throw new ImmError('ENGINE_REFUSED', `volume ${name} is in use`)
      volumes.delete(name)
    },
    async [Symbol.asyncDispose]() {
      for (const container of containers.values()) container.exit(137)
      for (const queue of listeners.keys()) queue.end()
    },
  }
}

const carries = (own: Labels, wanted: Labels): boolean => {
  const pairs = Object.entries(wanted)
  return pairs.length === 0 ? own['imm.project'] !== undefined : pairs.every(([key, value]) => own[key] === value)
}

const sameApp = (one: Labels, other: Labels): boolean =>
  ['imm.project', 'imm.environment', 'imm.app'].every((key) => one[key] !== undefined && one[key] === other[key])

const isAlive = (container: Container): boolean => ['running', 'paused'].includes(container.instance().state)

const detailsOf = (
  container: Container,
  attached: Container,
  imageEnv: Readonly<Record<string, string>>,
): InstanceDetails => {
  const {spec, altered} = container
  const tmpfs = spec.tmpfs.map((path) => ({kind: 'tmpfs' as const, source: '', path, readOnly: false}))
  const volumes = spec.volumes.map(({name, path, readOnly}) => ({
    kind: 'volume' as const,
    source: name,
    path,
    readOnly,
  }))
  const binds = (spec.binds ?? []).map(({source, path, readOnly}) => ({kind: 'bind' as const, source, path, readOnly}))
  const {networks = [], mode} = attached.spec.attachment ?? {}
  const own = networks.length === 0 && mode === undefined ? ['default'] : networks.map(({name}) => name)
  return {
    instance: container.instance(),
    env: {...imageEnv, ...spec.env},
    command: spec.command ?? [],
    entrypoint: spec.options?.entrypoint ?? [],
    user: spec.user ?? '',
    memoryBytes: altered.memoryBytes ?? spec.memoryBytes,
    cpus: altered.cpus ?? spec.cpus,
    readOnly: spec.readOnly ?? false,
    published: container.published,
    restarts: (spec.options?.restart ?? 'no') !== 'no',
    mounts: [...volumes, ...binds, ...tmpfs],
    networks: [...(typeof mode === 'string' ? [mode] : own), ...attached.altered.networks],
  }
}

const makingOf = ({spec: {image, options = {}, attachment, sandbox}}: Container): InstanceMaking => ({
  imageName: image,
  workingDir: options.workingDir ?? '',
  stopSignal: options.stopSignal,
  stopGraceMs: options.stopGraceMs,
  healthcheck: options.healthcheck,
  capAdd: options.capAdd ?? [],
  capDrop: options.capDrop ?? [],
  privileged: options.privileged ?? false,
  noNewPrivileges: true,
  pidsLimit: options.pidsLimit,
  restart: options.restart,
  init: options.init ?? true,
  networkMode: sandbox !== undefined || typeof attachment?.mode === 'object' ? 'container' : attachment?.mode,
  settings: options,
})

const entryOf = ({kind, mode, uid, gid, mtimeMs}: ImageFile): ImageEntry => ({kind, mode, uid, gid, mtimeMs})

let lastFree = 40_000

const bound = (published: readonly PublishedPort[]): PublishedPort[] =>
  published.map((port) => ({...port, hostPort: port.hostPort ?? ++lastFree}))

const hasPort = ({spec: {published = []}}: Container, port: number | undefined): boolean =>
  port !== undefined && published.some(({hostPort}) => hostPort === port)

const printTo = async (container: Container, signal: AbortSignal, onLine: (line: LogLine) => void): Promise<void> => {
  try {
    for await (const line of container.printed.read({follow: true}, signal)) onLine(line)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
