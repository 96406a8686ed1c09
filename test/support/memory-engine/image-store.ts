import {createHash} from 'node:crypto'

import {ImmError} from '../../../src/errors.ts'
import type {BuildRequest, Image} from '../../../src/lifecycle/ports.ts'
import {wait} from './faults.ts'
import {type Program, programIn} from './program.ts'

interface Stored {
  image: Omit<Image, 'references'>
  program: Program
}

/** Images by id, names that point to them. */
export class ImageStore {
  readonly #images = new Map<string, Stored>()
  readonly #names = new Map<string, string>()

  find(reference: string): Stored | undefined {
    return this.#images.get(this.#names.get(reference) ?? reference)
  }

  get(reference: string): Image | undefined {
    const stored = this.find(reference)
    if (!stored) return undefined
    const references = [...this.#names].filter(([, id]) => id === stored.image.id).map(([name]) => name)
    return {...stored.image, references}
  }

  all(): Image[] {
    return [...this.#images.keys()].flatMap((id) => this.get(id) ?? []).toSorted((a, b) => b.createdMs - a.createdMs)
  }

  name(id: string, reference: string): void {
    if (!this.find(id)) throw new ImmError('ENGINE_REFUSED', `naming image ${reference}: No such image: ${id}`)
    this.#names.set(reference, id)
  }

  /** The image goes with its last name. */
  unname(reference: string): void {
    const id = this.#names.get(reference) ?? reference
    this.#names.delete(reference)
    if (![...this.#names.values()].includes(id)) this.#images.delete(id)
  }

  async build(request: BuildRequest, signal: AbortSignal): Promise<Image> {
    const context = await read(request, signal)
    const program = programIn(context)
    await run(program, request, signal)
    const {labels, reference, fresh = false} = request
    const input = JSON.stringify([context.toString('base64'), labels, request.args, fresh ? Math.random() : 0])
    const id = `sha256:${createHash('sha256').update(input).digest('hex')}`
    const {listen, expose = listen === undefined ? [] : [listen]} = program
    if (!this.#images.has(id))
      this.#images.set(id, {
        program,
        image: {
          id,
          labels,
          exposedPorts: expose.toSorted((a, b) => a - b),
          hasHealthcheck: program.health !== undefined,
          createdMs: Date.now() + this.#images.size / 1000,
          sizeBytes: context.length,
        },
      })
    this.name(id, reference)
    return this.get(id) as Image
  }
}

const read = async ({context}: BuildRequest, signal: AbortSignal): Promise<Buffer> => {
  const stream = context()
  const stop = () => stream.destroy(signal.reason as Error)
  signal.addEventListener('abort', stop, {once: true})
  try {
    return Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Buffer>))
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', stop)
    stream.destroy()
  }
}

const run = async (
  {build, buildMs = 0}: Program,
  {dockerfile, onStep}: Pick<BuildRequest, 'dockerfile' | 'onStep'>,
  signal: AbortSignal,
): Promise<void> => {
  if (build?.fails === 'dockerfile')
    throw new ImmError('DOCKERFILE_INVALID', `${dockerfile}:${build.line}: ${build.cause}`)
  const from = '[1/2] FROM memory'
  onStep({name: from, status: 'started', output: []})
  if (build?.fails === 'base') {
    onStep({name: from, status: 'failed', output: []})
    throw new ImmError('BASE_IMAGE_MISSING', `the base image ${build.image} can't be fetched`, {step: from})
  }
  onStep({name: from, status: 'cached', output: []})
  const step = `[2/2] ${build?.instruction ?? 'COPY . .'}`
  onStep({name: step, status: 'started', output: []})
  if (buildMs > 0) await wait(buildMs, signal)
  signal.throwIfAborted()
  if (build) {
    if (build.output.length > 0) onStep({name: step, status: 'output', output: build.output})
    onStep({name: step, status: 'failed', output: []})
    throw new ImmError('BUILD_FAILED', `${build.instruction} failed with exit code ${build.exitCode}`, {
      output: build.output.slice(-20),
      step,
    })
  }
  onStep({name: step, status: 'done', output: []})
}
