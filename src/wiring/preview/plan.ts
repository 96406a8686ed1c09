import {apartOf, type Apart} from '../../preview/apart.ts'
import {reconcile} from '../../preview/reconcile.ts'
import {openMemory} from '../../preview/serve/memory.ts'
import {observe} from '../../preview/serve/observe.ts'
import type {Step} from '../../preview/situation.ts'
import {withoutUnderWay} from '../../preview/under-way.ts'
import {isPreviewHeld} from '../../session/preview-hold.ts'
import {refsOf} from '../../source/repository/list.ts'
import {fetchMirror} from '../../source/repository/mirror.ts'
import {statePaths, type StatePaths} from '../../state/paths.ts'
import type {PreviewRecord} from '../../state/previews.ts'
import {openSource} from './open-source.ts'
import {repositorySettings} from './repository-settings.ts'
import {servePlace} from './serve-place.ts'
import {previewsOf} from './serve.ts'

export interface PreviewPlan {
  /** in the order in which serve takes them */
  steps: readonly Step[]
  /** what some imm is at already: serve, or somebody by hand */
  underWay: readonly Step[]
  /** what is not as git says, and stays so */
  apart: readonly Apart[]
  /** how many there are */
  previews: number
}

/** What serve would do about the previews of a repository. Changes nothing but the mirror of a remote. */
export const planPreviews = async (
  address: string,
  signal: AbortSignal,
  paths = statePaths(),
): Promise<PreviewPlan> => {
  const {repository, mirrored} = await openSource(address, paths, signal)
  if (mirrored) await fetchMirror(repository, signal)
  const place = servePlace(paths, repository)
  const observed = await observe(
    {
      memory: await openMemory(place.memory, signal),
      refs: async (stop) => refsOf(repository, stop),
      settings: repositorySettings(repository, place.settings),
      previews: async () => previewsOf(paths, repository),
      now: Date.now,
    },
    signal,
  )
  const {due} = reconcile({...observed.situation, busy: new Map(), attempts: new Map()})
  const commits = new Map([...observed.refs].map(([ref, {commit}]) => [ref, commit]))
  const {actual, existing} = observed.situation
  return {
    ...withoutUnderWay(due, await heldOf(due, observed.records, paths)),
    apart: apartOf({actual, existing, commits, steps: due}),
    previews: observed.records.size,
  }
}

/** Of those that something is to be done about the ones that are being brought up, or taken down, at this moment. */
const heldOf = async (
  due: readonly Step[],
  records: ReadonlyMap<string, PreviewRecord>,
  {runtime}: Pick<StatePaths, 'runtime'>,
): Promise<ReadonlyMap<string, PreviewRecord>> => {
  const held = due.map(async ({ref}): Promise<[string, PreviewRecord][]> => {
    const record = records.get(ref)
    return record && (await isPreviewHeld(runtime, record)) ? [[ref, record]] : []
  })
  return new Map((await Promise.all(held)).flat())
}
