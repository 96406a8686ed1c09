import type {JobSettings} from '../../config/settings.ts'
import type {ReleaseImage} from '../member.ts'
import type {Engine} from '../ports.ts'

/** What a job starts, as `docker run` would put it together: its command after its entrypoint, or else the image's; undefined: what the image starts. */
export const wordsOf = async (
  {command = [], entrypoint}: JobSettings,
  {id}: ReleaseImage,
  engine: Engine,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> => {
  if (!entrypoint && command.length === 0) return undefined
  const words = [...(entrypoint ?? (await entrypointOf(id, engine, signal))), ...command]
  // An entrypoint of nothing takes the image's away.
  const [first, ...rest] = words
  return first === '' ? rest : words
}

const entrypointOf = async (id: string, engine: Engine, signal: AbortSignal): Promise<readonly string[]> => {
  const image = await engine.image(id, signal)
  const config = image && ((await engine.config(image, signal)) as {Entrypoint?: readonly string[] | null})
  return config?.Entrypoint ?? []
}
