import {readdir, readFile} from 'node:fs/promises'

import Docker from 'dockerode'

import {connectEngine, type ConnectOptions} from '../../src/engine/connect.ts'
import {tarOf} from '../support/memory-engine/tar.ts'
import type {Write} from '../support/memory-engine/written.ts'
import {test} from '../support/one-by-one.ts'
import {baseImage, noBaseImage} from './engine-base-image.ts'
import type {EngineHarness} from './engine-harness.ts'
import {programContext} from './engine-program.ts'
import {type ContractPart, engineContract} from './engine.ts'

export interface RealEngine {
  socketPath: string
  options?: Pick<ConnectOptions, 'builder'> & {reach?: 'address' | 'published'}
  lacks?: EngineHarness['lacks']
  way?: EngineHarness['way']
  close?(): PromiseLike<void>
}

const all: readonly ContractPart[] = [
  'builds',
  'containers',
  'keeping',
  'watching',
  'layers',
  'sandboxes',
  'once',
  'inside',
  'networks',
  'volumes',
]

/** The contract on an engine behind a unix socket; one skipped test that says why, where there is none. */
export const realContract = async (
  name: string,
  missing: string | undefined,
  open: () => Promise<RealEngine>,
  parts = all,
) => {
  const reason = missing ?? (await noBaseImage())
  if (reason === undefined) engineContract(() => opened(open), parts)
  else test.skip(`${name}: not run, because ${reason}`, () => {})
}

const opened = async (open: () => Promise<RealEngine>): Promise<EngineHarness> => {
  const real = await open()
  try {
    return await harness(real)
  } catch (error) {
    await real.close?.()
    throw error
  }
}

const harness = async (real: RealEngine): Promise<EngineHarness> => {
  const {socketPath, options = {}, lacks = []} = real
  const {reach, builder} = options
  const env = {DOCKER_HOST: `unix://${socketPath}`, ...(reach ? {IMM_REACH: reach} : {})}
  const signal = new AbortController().signal
  const connect = () => connectEngine({env, platform: process.platform, signal, builder, answerMs: 60_000})
  const engine = await connect()
  const base = await baseImage(socketPath)
  const docker = new Docker({socketPath})
  return {
    engine,
    context: (program) => programContext(program, base),
    layer: ({content = ''}) => tarOf({'index.html': content}),
    again: connect,
    removeBehindTheBack: async (id) => {
      await docker.getContainer(id).remove({force: true})
    },
    write: async (id, path, write) => inShell(docker, id, writing(path, write)),
    alter: async (id, {memoryBytes}) => {
      await docker.getContainer(id).update({Memory: memoryBytes, MemorySwap: memoryBytes})
    },
    buildRuns: hasProcess,
    lacks,
    way: real.way,
    async close() {
      await removeCacheOf(docker, base)
      await real.close?.()
    },
  }
}

/** Words for a shell: all of busybox, whatever links there are to it. */
const writing = (path: string, write: Write): string => {
  if (write === 'erase') return `/bin/busybox rm -r ${path}`
  if ('directory' in write) return `/bin/busybox mkdir ${path}`
  if ('link' in write) return `/bin/busybox ln -s ${write.link} ${path}`
  const {content, mode = 0o644, uid = 0} = write
  return `printf '%s' '${content}' > ${path} && /bin/busybox chmod ${mode.toString(8)} ${path} && /bin/busybox chown ${uid}:0 ${path}`
}

const inShell = async (docker: Docker, id: string, script: string): Promise<void> => {
  const run = await docker.getContainer(id).exec({Cmd: ['sh', '-c', script], AttachStdout: true, AttachStderr: true})
  const output = await run.start({hijack: false, stdin: false})
  const said = Buffer.concat(await Array.fromAsync(output as AsyncIterable<Buffer>)).toString()
  const {ExitCode} = await run.inspect()
  if (ExitCode !== 0) throw new Error(`${script}: ${said}`)
}

/** Whether a process of this machine has the text in its command line. */
const hasProcess = async (text: string): Promise<boolean> => {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(numbers.map((number) => readFile(`/proc/${number}/cmdline`, 'utf8').catch(() => '')))
  return lines.some((line) => line.includes(text))
}

/** The classic builder keeps the layers of failed builds as nameless images without labels: only their ancestry tells whose they are. */
const removeCacheOf = async (docker: Docker, base: string): Promise<void> => {
  const {Id: root} = await docker.getImage(base).inspect()
  const images = await docker.listImages({all: true})
  const parents = new Map(images.map(({Id, ParentId}) => [Id, ParentId]))
  const depth = (id: string): number => {
    let steps = 0
    for (let at = parents.get(id); at; at = parents.get(at)) {
      steps += 1
      if (at === root) return steps
    }
    return 0
  }
  const own = images
    .filter(({RepoTags}) => !RepoTags?.some((tag) => tag !== '<none>:<none>'))
    .map(({Id}) => ({id: Id, depth: depth(Id)}))
    .filter((image) => image.depth > 0)
    .toSorted((a, b) => b.depth - a.depth)
  // Children before parents; what went with its child, or is in use by another run, is no matter.
  for (const {id} of own)
    await docker
      .getImage(id)
      .remove()
      .catch(() => {})
}
