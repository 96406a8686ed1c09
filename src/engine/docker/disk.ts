import type {BuildCache, ImageUsage} from '../../lifecycle/ports.ts'
import {call} from './call.ts'
import type {Client} from './client.ts'
import {idOf} from './images.ts'
import {labelFilter} from './label-filter.ts'
import {statusOf} from './translate-errors.ts'

/** `/system/df`, as far as it matters here. */
interface DiskUsage {
  Images?: readonly ImageSize[] | null
  BuildCache?: readonly {Size: number; Shared?: boolean}[] | null
  Volumes?: readonly {Name: string; UsageData?: {Size: number} | null}[] | null
}

interface ImageSize {
  Id: string
  Size: number
  /** -1: not added up */
  SharedSize?: number
}

// Engines walk through what containers wrote, and older ones through all volumes besides.
const countingMs = 120_000

/** From this API on images tell what they share by themselves, and the disk is counted by parts. */
const byPartsSince = 42

export const imageUsage = async (
  client: Client,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ImageUsage>> => {
  const sizes = countsByParts(client) ? await ownSizes(client, labels, signal) : await sizesOfAll(client, signal)
  return new Map(
    sizes.map(({Id, Size, SharedSize: shared = -1}) => [
      idOf(Id),
      // Podman counts an image's own build cache among the others that share it.
      {sizeBytes: Size, sharedBytes: shared < 0 || client.libpod ? undefined : shared},
    ]),
  )
}

export const written = async ({docker}: Client, id: string, signal: AbortSignal): Promise<number> => {
  try {
    const {SizeRw} = await call(
      `adding up what container ${id} wrote`,
      signal,
      async (abortSignal) => {
        const options = {size: true, abortSignal}
        return (await docker.getContainer(id).inspect(options)) as {SizeRw?: number}
      },
      countingMs,
    )
    return Math.max(0, SizeRw ?? 0)
  } catch (error) {
    if (statusOf(error) === 404) return 0
    throw error
  }
}

/** Entries say what they hold, and nothing of who built them. */
export const buildCache = async (client: Client, signal: AbortSignal): Promise<BuildCache | undefined> => {
  if (client.libpod) return undefined
  const {BuildCache: entries} = await diskUsage(client, countsByParts(client) ? '?type=build-cache' : '', signal)
  if (!entries) return undefined
  // What is shared is part of an image, and counted there.
  const own = entries.filter(({Shared}) => Shared !== true)
  return {entries: own.length, bytes: own.reduce((sum, {Size}) => sum + Size, 0)}
}

/** By name, of all volumes: the engine walks through them. One that it does not count, as a driver's own, is left out. */
export const volumeSizes = async (client: Client, signal: AbortSignal): Promise<ReadonlyMap<string, number>> => {
  const {Volumes} = await diskUsage(client, countsByParts(client) ? '?type=volume' : '', signal)
  return new Map(
    (Volumes ?? []).flatMap(({Name, UsageData}) => (UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size]] : [])),
  )
}

const countsByParts = ({facts, libpod}: Client): boolean => !libpod && Number(facts.apiVersion.slice(2)) >= byPartsSince

const ownSizes = async (
  {docker}: Client,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly ImageSize[]> => {
  const options = {filters: {label: labelFilter(labels)}, 'shared-size': true}
  return call(
    'adding up what images hold',
    signal,
    (abortSignal) => docker.listImages({...options, abortSignal}),
    countingMs,
  )
}

const sizesOfAll = async (client: Client, signal: AbortSignal): Promise<readonly ImageSize[]> =>
  (await diskUsage(client, '', signal)).Images ?? []

/** dockerode's own call takes no query. */
const diskUsage = ({docker}: Client, query: string, signal: AbortSignal): Promise<DiskUsage> =>
  call(
    'adding up what the engine holds',
    signal,
    async (abortSignal) => {
      const {promise, resolve, reject} = Promise.withResolvers<DiskUsage>()
      const options = {path: `/system/df${query}`, method: 'GET', abortSignal, statusCodes: {200: true}}
      docker.modem.dial(options, (error: Error | null, answer: unknown) =>
        error ? reject(error) : resolve(answer as DiskUsage),
      )
      return promise
    },
    countingMs,
  )
