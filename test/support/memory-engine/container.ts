import {randomBytes} from 'node:crypto'
import type {Server} from 'node:http'

import type {Address, Instance, InstanceSpec} from '../../../src/lifecycle/ports.ts'
import type {PublishedPort} from '../../../src/release/container.ts'
import {newAddress, serve} from './application.ts'
import {Printed} from './printed.ts'
import type {Program} from './program.ts'
import {Written} from './written.ts'

/** A named volume, as much of it as programs use. */
export interface Volume {
  labels: Readonly<Record<string, string>>
  starts: number
  /** what it was given to keep */
  content?: Buffer
}

/** What a container needs to run. */
export interface Setting {
  /** id of its image */
  image: string
  program: Program
  volumes: ReadonlyMap<string, Volume>
  onExit(container: Container): void
  /** its HEALTHCHECK succeeds now */
  onHealth?: (container: Container) => void
  /** of the sandbox that it joined */
  address?: Address | undefined
  /** whether it serves on a socket, or is only asked by calls */
  sockets: boolean
}

/** One container: a program of an image that runs in this process. */
export class Container {
  readonly id = randomBytes(32).toString('hex')
  readonly printed = new Printed()
  readonly written = new Written()
  /** what was altered since its start, as `docker update` and `docker network connect` do */
  readonly altered: {memoryBytes?: number; cpus?: number; networks: string[]} = {networks: []}
  /** its ports on this host */
  published: readonly PublishedPort[] = []
  readonly spec: InstanceSpec
  readonly program: Program
  readonly #setting: Setting
  #ended = Promise.withResolvers<void>()
  #address: Address | undefined
  #server: Server | 'by call' | undefined
  #boot: NodeJS.Timeout | undefined
  #state: Instance['state'] = 'created'
  #exitCode: number | undefined
  #outOfMemory = false
  #startedMs: number | undefined
  #thaw: PromiseWithResolvers<void> | undefined
  #sick = false
  #hasBooted = false

  constructor(spec: InstanceSpec, setting: Setting) {
    this.spec = spec
    this.program = setting.program
    this.#setting = setting
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  get listening(): {port: number; loopback: boolean}[] {
    const {listen, loopback = false} = this.program
    return listen === undefined || !this.#isUp() ? [] : [{port: listen, loopback}]
  }

  /** Whether its server is up at its own address. */
  get answers(): boolean {
    return this.#server !== undefined && this.program.listen === this.spec.port
  }

  instance(): Instance {
    const alive = this.#state === 'running' || this.#state === 'paused'
    return {
      id: this.id,
      name: this.spec.name,
      image: this.#setting.image,
      labels: {...usersLabels(this.spec), ...this.spec.labels},
      state: this.#state,
      address: alive ? this.#address : undefined,
      exitCode: this.#exitCode,
      outOfMemory: this.#outOfMemory,
      health: this.#health(),
      startedMs: this.#startedMs,
      sandbox: this.spec.sandbox,
    }
  }

  async start(): Promise<void> {
    this.#address = this.#setting.address ?? (await newAddress(this.spec.port))
    this.#state = 'running'
    this.#startedMs = Date.now()
    for (const line of this.#firstLines()) this.print(line)
    const bootMs = this.program.bootMs ?? 0
    if (bootMs > 0) this.#boot = setTimeout(() => void this.#booted(), bootMs)
    else await this.#booted()
  }

  print(line: string): void {
    const stderr = line.startsWith('!')
    this.printed.add({stream: stderr ? 'stderr' : 'stdout', text: stderr ? line.slice(1) : line, timeMs: Date.now()})
  }

  pause(): void {
    if (this.#state !== 'running') return
    this.#state = 'paused'
    this.#thaw = Promise.withResolvers()
  }

  unpause(): void {
    if (this.#state !== 'paused') return
    this.#state = 'running'
    this.#thaw?.resolve()
    this.#thaw = undefined
  }

  /** From now on its HEALTHCHECK fails; it answers as before. */
  sicken(): void {
    this.#sick = true
  }

  /** SIGTERM, and SIGKILL after the grace time; resolves when it has ended. */
  async stop(graceMs: number): Promise<void> {
    this.unpause()
    if (graceMs > 0 && !this.program.ignoreSigterm) this.exit(0)
    const kill = setTimeout(() => this.exit(137), graceMs)
    if (graceMs === 0) this.exit(137)
    await this.ended
    clearTimeout(kill)
  }

  /** Gives it another address, as an engine does that was started again. */
  async move(): Promise<void> {
    this.#address = await newAddress(this.spec.port)
    if (typeof this.#server === 'object') {
      const {promise, resolve} = Promise.withResolvers<void>()
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
      await promise
    }
    this.#server = undefined
    await this.#booted()
  }

  /** Starts it again once it has ended, with what it printed so far. */
  async restart(): Promise<void> {
    this.#state = 'created'
    this.#exitCode = undefined
    this.#ended = Promise.withResolvers()
    this.printed.resume()
    await this.start()
  }

  /** Ends the program: what a crash looks like from outside. */
  exit(exitCode: number, outOfMemory = false): void {
    if (this.#state === 'exited') return
    clearTimeout(this.#boot)
    this.#state = 'exited'
    this.#exitCode = exitCode
    this.#outOfMemory = outOfMemory
    this.#thaw?.resolve()
    if (typeof this.#server === 'object') {
      this.#server.close()
      this.#server.closeAllConnections()
    }
    this.#server = undefined
    this.printed.end()
    this.#ended.resolve()
    this.#setting.onExit(this)
  }

  #firstLines(): string[] {
    const {logs = [], unfinished, printsEnv, countsStartsIn} = this.program
    const volume = this.#setting.volumes.get(this.spec.volumes.find(({path}) => path === countsStartsIn)?.name ?? '')
    if (volume) volume.starts += 1
    return [
      ...logs,
      ...(printsEnv === undefined ? [] : [this.spec.env[printsEnv] ?? '']),
      ...(volume ? [`start ${volume.starts}`] : []),
      ...(unfinished === undefined ? [] : [unfinished]),
    ]
  }

  #isUp(): boolean {
    const {listen, loopback = false} = this.program
    // What no socket shows: a server that only it reaches, and a program that listens on nothing.
    const isUnseen = loopback || (listen === undefined && this.#hasBooted)
    return this.#server !== undefined || (isUnseen && this.#state === 'running')
  }

  #health(): Instance['health'] {
    const health = this.#check()
    if (health === 'none') return 'none'
    if (this.#sick) return 'unhealthy'
    return this.#isUp() ? health : 'starting'
  }

  /** What its check says once it is up: the image's, or the one that it was given. */
  #check(): 'none' | 'healthy' | 'unhealthy' {
    const test = this.spec.options?.healthcheck?.test
    if (test === undefined) return this.program.health ?? 'none'
    if (test[0] === 'NONE') return 'none'
    return test.at(-1) === 'true' ? 'healthy' : 'unhealthy'
  }

  async #booted(): Promise<void> {
    await this.#serves()
    if (this.#state === 'running' && this.#health() === 'healthy') this.#setting.onHealth?.(this)
  }

  async #serves(): Promise<void> {
    const {listen, exitCode, outOfMemory = false, loopback = false} = this.program
    if (exitCode !== undefined || outOfMemory) return this.exit(outOfMemory ? 137 : (exitCode ?? 1), outOfMemory)
    this.#hasBooted = true
    if (listen === undefined || loopback || !this.#address) return undefined
    // Nobody reaches one without a port: there is no address of its own to listen at.
    if (!this.#setting.sockets || this.spec.port === 0) {
      this.#server = 'by call'
      return undefined
    }
    // Another port than the one it is reached by is somebody's mistake: it listens, but not there.
    const at = listen === this.spec.port ? this.#address : {host: this.#address.host, port: listen}
    const release = this.spec.labels['imm.release'] ?? ''
    const server = await serve(this.program, at, release, async () => this.#thaw?.promise)
    if (this.#state === 'exited') server.close()
    else this.#server = server
    return undefined
  }
}

const usersLabels = ({options}: InstanceSpec): Record<string, string> =>
  Object.fromEntries(Object.entries(options?.labels ?? {}).filter(([key]) => !key.startsWith('imm.')))
