import {isImmError} from '../../errors.ts'
import type {Engine, Instance} from '../../lifecycle/ports.ts'
import type {EnvironmentId} from '../../release/identity.ts'
import {sharedLabels} from '../../release/services.ts'

type Asked = Pick<Engine, 'instances' | 'usage'>

/** The memory that the containers of an environment use. */
export const weigh = async (environment: EnvironmentId, engine: Asked, signal: AbortSignal): Promise<number> =>
  sumOf(await engine.instances(sharedLabels(environment), signal), engine, signal)

/** The same of many, with one look; of none where the engine can't be asked: a list is no reason to need it. */
export const weighAll = async (
  ids: readonly EnvironmentId[],
  open: () => Promise<Asked>,
  signal: AbortSignal,
): Promise<(id: EnvironmentId) => number | undefined> => {
  try {
    const engine = await open()
    const instances = Map.groupBy(await engine.instances({}, signal), ({labels}) =>
      keyOf(labels['imm.project'], labels['imm.environment']),
    )
    const weighed = ids.map(async ({project, environment}) => {
      const key = keyOf(project, environment)
      return [key, await sumOf(instances.get(key) ?? [], engine, signal)] as const
    })
    const weights = new Map(await Promise.all(weighed))
    return ({project, environment}) => weights.get(keyOf(project, environment))
  } catch (error) {
    signal.throwIfAborted()
    if (!isImmError(error)) throw error
    return () => undefined
  }
}

const keyOf = (project = '', environment = ''): string => `${project}/${environment}`

const sumOf = async (
  instances: readonly Instance[],
  engine: Pick<Engine, 'usage'>,
  signal: AbortSignal,
): Promise<number> => {
  const alive = instances.filter(({state}) => state === 'running' || state === 'paused')
  const uses = await Promise.all(alive.map(async ({id}) => engine.usage(id, signal)))
  return uses.reduce((sum, use) => sum + (use?.memoryBytes ?? 0), 0)
}
