import {hostname, userInfo} from 'node:os'

import {ImmError, isImmError} from '../errors.ts'
import type {ExecRequest, Execution} from '../lifecycle/ports.ts'
import type {AppId, ReleaseName, ReleaseRef} from '../release/identity.ts'
import {askSession} from '../session/ask.ts'
import {statePaths} from '../state/paths.ts'
import {noteTouch, type Touch} from '../state/touches.ts'
import {openDrift, type RunningRelease} from './drift.ts'
import type {Where} from './identify.ts'
import {openLedger} from './ledger.ts'

export interface ExecOptions {
  where: Where
  /** undefined: the live one */
  release: ReleaseRef | undefined
  request: ExecRequest
}

export interface Executing extends Execution {
  id: AppId
  release: ReleaseName
}

/** Runs a command in a release's container, which counts as touched from then on. RELEASE_PAUSED for one that is kept warm. */
export const runExec = async ({where, release, request}: ExecOptions, signal: AbortSignal): Promise<Executing> => {
  const environment = await openDrift(where, signal, release)
  const {id, engine} = environment
  const [found] = await environment.running(release, signal)
  if (!found) throw new ImmError('NOTHING_LIVE', `nothing runs in environment ${id.environment} of ${id.project}`)
  const instance = await engine.instance(found.container, signal)
  if (instance?.state === 'paused')
    throw new ImmError(
      'RELEASE_PAUSED',
      `${found.release} is kept warm: its processes are paused, and no other can run beside them`,
    )
  // Before it runs: whatever happens to this imm, that it was touched is known.
  const {home} = statePaths()
  const [command = 'sh'] = request.command
  const touch = {at: new Date().toISOString(), by: `${userInfo().username}@${hostname()}`, command}
  const withdraw = await noteTouch({home, engine: engine.facts.endpoint, container: found.container}, touch)
  const execution = await engine.exec(found.container, request, signal).catch(async (error: unknown) => {
    if (isImmError(error, 'COMMAND_NOT_STARTED')) await withdraw()
    throw error
  })
  await tell(found, id, touch, signal)
  return {...execution, id, release: found.release}
}

/** It is only told; what counts is on disk. */
const tell = async ({release}: RunningRelease, id: AppId, {by, command}: Touch, signal: AbortSignal): Promise<void> => {
  const paths = statePaths()
  const session = await askSession(paths.runtime, id, signal)
  if (session) return session.touched({release, by, command}, signal).catch(() => signal.throwIfAborted())
  await using ledger = await openLedger(id, paths, () => {}, signal)
  ledger.listen({type: 'touched', release, by, command})
}
