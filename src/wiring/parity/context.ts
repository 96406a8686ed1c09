import {isImmError} from '../../errors.ts'
import type {BuildStep, Engine, Image} from '../../lifecycle/ports.ts'
import type {ImageSide, SideFacts} from '../../parity/facts.ts'
import type {Choice} from '../../parity/image/choice.ts'
import type {StatePaths} from '../../state/paths.ts'
import {openEngine} from '../engine.ts'

/** What it takes to read sides; one for both, so that what they share is read once. */
export interface SideContext {
  /** files and references are meant from here; absolute */
  cwd: string
  paths: StatePaths
  onStep: (step: BuildStep) => void
  onWarning: (message: string) => void
  read: SideReaders
}

/** How the facts of an archive and of a lock file are read. */
export interface SideReaders {
  image(stream: AsyncIterable<Buffer>, choice: Choice, signal: AbortSignal): Promise<ImageSide>
  lock(text: string, file: string): SideFacts
}

export interface OpenContext extends SideContext {
  /** asked for at the first side that needs it: a lock file and a URL need none */
  engine(signal: AbortSignal): Promise<Engine>
  /** of the engine; the same image is read once */
  image(image: Image, signal: AbortSignal): Promise<ImageSide>
}

export const openContext = (context: SideContext): OpenContext => {
  let engine: Promise<Engine> | undefined
  const images = new Map<string, Promise<ImageSide>>()
  const opened = (signal: AbortSignal): Promise<Engine> =>
    (engine ??= openEngine(context.paths, signal).then((open) => open.engine))
  const read = async (image: Image, signal: AbortSignal): Promise<ImageSide> => {
    const side = await context.read.image((await opened(signal)).archive(image, signal), platformOf(image), signal)
    return {...side, names: image.references}
  }
  return {
    ...context,
    engine: opened,
    image(image, signal) {
      const known = images.get(image.id) ?? read(image, signal)
      images.set(image.id, known)
      return known
    },
  }
}

/** containerd's store exports all platforms that it has of a name. */
const platformOf = ({platform}: Image): Choice => (platform === undefined ? {} : {platform})

/** Whether no engine answers: what needs none goes on without. */
export const isWithoutEngine = (error: unknown): boolean =>
  isImmError(error, 'ENGINE_MISSING') || isImmError(error, 'ENGINE_DENIED') || isImmError(error, 'ENGINE_UNRESPONSIVE')
