import {createHash} from 'node:crypto'

import {ImmError} from '../../../src/errors.ts'
import type {BuildRequest, Image, ImageFile, LayerRequest} from '../../../src/lifecycle/ports.ts'
import {wait} from './faults.ts'
import {heldBy} from './layers.ts'
import {type Program, programIn} from './program.ts'
import {fileInTar} from './tar.ts'

interface Stored {
  image: Omit<Image, 'references'>
  program: Program
  /** tars, bottom first */
  layers: readonly Buffer[]
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

  /** Layers are shared by their whole chain, as engines keep them. */
  usageOf({id, sizeBytes}: Image): {sizeBytes: number; sharedBytes: number} {
    const own = this.#images.get(id)?.layers ?? []
    const shared = [...this.#images.values()]
      .filter(({image}) => image.id !== id)
      .map(({layers}) => {
        const differs = own.findIndex((layer, at) => layer !== layers[at])
        return own.slice(0, differs === -1 ? own.length : differs)
      })
      .map((common) => common.reduce((sum, {length}) => sum + length, 0))
    return {sizeBytes, sharedBytes: Math.max(0, ...shared)}
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
    const id = digestOf(input)
    const {listen, expose = listen === undefined ? [] : [listen]} = program
    if (!this.#images.has(id))
      this.#images.set(id, {
        program,
        layers: [context],
        image: {
          id,
          labels,
          exposedPorts: expose.toSorted((a, b) => a - b),
          hasHealthcheck: program.health !== undefined,
          createdMs: Date.now() + this.#images.size / 1000,
          sizeBytes: context.length,
          layers: [digestOf(context)],
          workingDir: '/',
          env: {},
          onBuild: [],
        },
      })
    this.name(id, reference)
    return this.get(id) as Image
  }

  addLayer({anchor, layer, labels, reference}: LayerRequest): Image {
    const below = this.#images.get(anchor.id)
    if (!below) throw new ImmError('LAYER_REFUSED', `No such image: ${anchor.id}`)
    const own = {...below.image.labels, ...labels}
    const createdMs = Date.now() + this.#images.size / 1000
    const id = digestOf(JSON.stringify([anchor.id, digestOf(layer), own, createdMs]))
    this.#images.set(id, {
      program: fileInTar(layer, 'app.json') === undefined ? below.program : programIn(layer),
      layers: [...below.layers, layer],
      image: {
        ...below.image,
        id,
        labels: own,
        createdMs,
        sizeBytes: below.image.sizeBytes + layer.length,
        layers: [...below.image.layers, digestOf(layer)],
      },
    })
    this.name(id, reference)
    return this.get(id) as Image
  }

  /** The content of one file, from the topmost layer that has it. */
  bytes({id}: Image, path: string): Buffer | undefined {
    const layers = this.#images.get(id)?.layers ?? []
    const texts = layers.map((layer) => fileInTar(layer, path.slice(1)))
    const text = texts.findLast((each) => each !== undefined)
    return text === undefined ? undefined : Buffer.from(text)
  }

  /** By path, without the topmost layers. */
  async held({id}: Image, above: number): Promise<Map<string, ImageFile>> {
    const layers = this.#images.get(id)?.layers
    if (!layers) throw new ImmError('LAYER_REFUSED', `No such image: ${id}`)
    return heldBy(layers.slice(0, Math.max(0, layers.length - above)))
  }
}

const digestOf = (content: string | Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`

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
