import type {InstanceChange} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'

/** Docker Engine API, `ContainerChanges`. */
const kinds = ['changed', 'added', 'deleted'] as const

/** What a container has otherwise than its image. */
export const changes = async ({docker}: Client, id: string, signal: AbortSignal): Promise<InstanceChange[]> => {
  const found = (await call(`comparing container ${id} with its image`, signal, (abortSignal) =>
    docker.getContainer(id).changes({abortSignal}),
  )) as {Path: string; Kind: number}[] | null
  return (found ?? []).flatMap(({Path, Kind}) => {
    const kind = kinds[Kind]
    return kind === undefined ? [] : [{path: Path, kind}]
  })
}
