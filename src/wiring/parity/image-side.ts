import {ImmError} from '../../errors.ts'
import type {Image} from '../../lifecycle/ports.ts'
import type {ImageSide, SideFacts} from '../../parity/facts.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import {isWithoutEngine, type OpenContext} from './context.ts'

type Of<Kind extends Reference['kind']> = Extract<Reference, {kind: Kind}>

/** An image of the engine; it is never fetched. */
export const imageSide = async (
  {name, platform}: Of<'image'>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  const engine = await context.engine(signal)
  const image = await engine.image(name, signal)
  if (!image)
    throw new ImmError('SIDE_NOT_FOUND', `${engine.facts.name} has no image ${name}`, {
      next: `imm compares what is here, and fetches nothing: \`docker pull ${name}\`, or \`docker load\`, then compare again.`,
    })
  const wanted = platform === undefined ? image : {...image, platform}
  return context.image(wanted, signal)
}

export interface NamedImage {
  image: ImageSide | undefined
  gaps: SideFacts['gaps']
}

/** The image that a file names by one of these names, where it is here; a gap where it is not. */
export const namedImage = async (
  names: readonly string[],
  by: string,
  context: OpenContext,
  signal: AbortSignal,
): Promise<NamedImage> => {
  try {
    const engine = await context.engine(signal)
    const image = await firstOf(names, async (name) => engine.image(name, signal))
    if (image) return await context.image(image, signal)
    return missing(`${by} names the image ${names[0]}, which is not here`)
  } catch (error) {
    if (!isWithoutEngine(error)) throw error
    return missing(`${by} names the image ${names[0]}, and no engine answers that could have it`)
  }
}

const missing = (reason: string): NamedImage => ({image: undefined, gaps: [{part: 'image', reason}]})

const firstOf = async (
  names: readonly string[],
  find: (name: string) => Promise<Image | undefined>,
): Promise<Image | undefined> => {
  for (const name of names) {
    const found = await find(name)
    if (found) return found
  }
  return undefined
}
