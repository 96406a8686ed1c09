import {isDeepStrictEqual} from 'node:util'

import {driftMode, type DriftMode} from './drift-mode.ts'
import type {Loop} from './loop.ts'
import {isSameManner, mannerOf} from './manner.ts'
import type {Project, ReadProject, World} from './world.ts'

/** The project as its settings were read last. */
export interface CurrentProject {
  readonly project: Project
  /** Its settings changed: they are read again before they are used. */
  stale(): void
  read(signal: AbortSignal): Promise<Project>
  /** Whether other settings were taken up since this was asked last. */
  tookUp(): boolean
  readonly watched: Loop['watched']
  readonly driftMode: DriftMode
}

/** Who has the traffic is also told how it is to be treated from now on. */
export const currentProject = (
  first: Project,
  readProject: ReadProject,
  {background, traffic}: Pick<World, 'background' | 'traffic'>,
  whole: AbortSignal,
): CurrentProject => {
  let project = first
  let sourceOver = new AbortController()
  const mode = driftMode(first.settings.immutable)
  let isStale = false
  let isNew = false

  const set = (next: Project): void => {
    const before = project
    project = next
    isNew ||= !isDeepStrictEqual(before.settings, next.settings)
    mode.set(next.settings.immutable)
    if (!isSameManner(mannerOf(before.settings), mannerOf(next.settings)))
      background.add(traffic.open(whole, mannerOf(next.settings)))
    if (next.source === before.source) return
    sourceOver.abort()
    sourceOver = new AbortController()
    background.add(Promise.resolve(before.source[Symbol.asyncDispose]()))
  }

  return {
    get project() {
      return project
    },
    stale: () => void (isStale = true),
    async read(signal) {
      if (isStale) {
        set(await readProject(project, signal))
        isStale = false
      }
      return project
    },
    tookUp() {
      const was = isNew
      isNew = false
      return was
    },
    driftMode: mode,
    get watched() {
      return {source: project.source, over: sourceOver.signal}
    },
  }
}
