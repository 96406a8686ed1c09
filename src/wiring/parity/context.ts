import {isImmError} from '../../errors.ts'
import type {BuildStep, Engine, Image} from '../../lifecycle/ports.ts'
import type {Gap, ImageSide} from '../../parity/facts.ts'
import type {StatePaths} from '../../state/paths.ts'
import {openEngine} from '../engine.ts'
import {counted} from './counted.ts'
import {type Closer, describedImage} from './described-image.ts'
import {type Turn, turns} from './turns.ts'

/** What it takes to read sides. */
export interface SideContext {
  /** files and references are meant from here; absolute */
  cwd: string
  paths: StatePaths
  onStep: (step: BuildStep) => void
  onWarning: (message: string) => void
  /** bytes of an image's archive, as they come in */
  onRead?: ((what: string, bytes: number) => void) | undefined
  /** file with the public key that lock files have to be signed by; undefined: nothing is asked of signatures */
  lockKey?: string | undefined
  /** looks closer at images than a side does */
  closer?: Closer | undefined
}

/** An image, and what of it could not be found out. */
export interface Described {
  image: ImageSide
  gaps: readonly Gap[]
}

/** For several sides: what they share is read once. */
export interface OpenContext extends SideContext {
  /** asked for at the first side that needs it: a lock file and a URL need none */
  engine(signal: AbortSignal): Promise<Engine>
  /** for reading images: of two that are read at once, twice as much is held, and it is hardly sooner done */
  turn: Turn
  /** of the engine */
  image(image: Image, signal: AbortSignal): Promise<Described>
}

export const openContext = (context: SideContext): OpenContext => {
  let engine: Promise<Engine> | undefined
  let named: Promise<readonly Image[]> | undefined
  const turn = turns()
  const images = new Map<string, Promise<Described>>()
  const opened = (signal: AbortSignal): Promise<Engine> =>
    (engine ??= openEngine(context.paths, signal).then((open) => open.engine))
  const read = async (image: Image, signal: AbortSignal): Promise<Described> => {
    const from = await opened(signal)
    const others = await (named ??= from.named(signal))
    // containerd's store exports all platforms that it has of a name.
    const choice = image.platform === undefined ? {} : {platform: image.platform}
    const {image: side, gaps} = await turn(async () => {
      const archive = counted(from.archive(image, signal), image.references[0] ?? image.id.slice(7, 19), context.onRead)
      return describedImage(archive, {choice, others, closer: context.closer}, signal)
    })
    return {image: {...side, names: image.references}, gaps}
  }
  return {
    ...context,
    engine: opened,
    turn,
    image(image, signal) {
      const key = `${image.id} ${image.platform}`
      const known = images.get(key) ?? read(image, signal)
      images.set(key, known)
      return known
    },
  }
}

/** Whether no engine answers: what needs none goes on without. */
export const isWithoutEngine = (error: unknown): boolean =>
  isImmError(error, 'ENGINE_MISSING') || isImmError(error, 'ENGINE_DENIED') || isImmError(error, 'ENGINE_UNRESPONSIVE')
