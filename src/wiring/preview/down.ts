import {setTimeout as sleep} from 'node:timers/promises'

import {ImmError} from '../../errors.ts'
import type {Happening, LifecycleEvent} from '../../lifecycle/events.ts'
import {askSession} from '../../session/ask.ts'
import {holdPreview} from '../../session/preview-hold.ts'
import {removeCheckOut} from '../../source/repository/check-out.ts'
import {forgetEnvironment} from '../../state/forget-environment.ts'
import type {StatePaths} from '../../state/paths.ts'
import {removePreview, type PreviewRecord} from '../../state/previews.ts'
import {takeDown} from '../down.ts'
import {tellHook} from './hook.ts'

export interface DownWorld {
  paths: StatePaths
  listener: (event: LifecycleEvent) => void
}

// An attempt that is told to end drains and stops what it began.
const holdTimeoutMs = 60_000
const askEveryMs = 50

/**
 * Takes a preview away with everything that is of it alone: containers, images, volumes, networks, route, checkout, history and record. What is
 * being brought up of it is given up. Fine to do again.
 */
export const downPreview = async (
  record: PreviewRecord,
  {paths, listener}: DownWorld,
  signal: AbortSignal,
): Promise<void> => {
  const {project, environment} = record
  const tell = (app: string, happening: Happening) =>
    listener({...happening, project, environment, app, time: new Date().toISOString()})
  await using stack = new AsyncDisposableStack()
  stack.use(await held(record, paths, signal))
  await takeDown(
    // By its name: nobody asks the checkout, which may be gone.
    {directory: record.directory, environment, flags: {project}},
    true,
    () => undefined,
    () => undefined,
    (message) => tell('preview', {type: 'warning', message}),
    signal,
  )
  await removeCheckOut(record.directory)
  await forgetEnvironment(paths.home, record)
  // Last: whatever was not done is found again by it.
  await removePreview(paths.home, record)
  await tellHook('removed', record, undefined, {paths, listener}, signal)
}

/** Waits for whoever brings it up, once that was told to end. */
const held = async (record: PreviewRecord, {runtime}: StatePaths, signal: AbortSignal): Promise<AsyncDisposable> => {
  const {project, environment, apps} = record
  const deadlineMs = Date.now() + holdTimeoutMs
  for (;;) {
    const hold = await holdPreview(runtime, record, signal)
    if (hold) return hold
    if (Date.now() > deadlineMs)
      throw new ImmError(
        'ENVIRONMENT_HELD',
        `preview ${environment} of ${project} is being brought up by another imm`,
        {
          next: 'End that with Ctrl-C, then run it again.',
        },
      )
    for (const app of apps) await (await askSession(runtime, {project, environment, app}, signal))?.quit(signal)
    await sleep(askEveryMs, undefined, {signal})
  }
}
