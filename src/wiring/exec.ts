import {hostname, userInfo} from 'node:os'

import {ImmError} from '../errors.ts'
import type {ExecRequest, Execution} from '../lifecycle/ports.ts'
import type {AppId, ReleaseName, ReleaseRef} from '../release/identity.ts'
import {askSession} from '../session/ask.ts'
import {statePaths} from '../state/paths.ts'
import {noteTouch} from '../state/touches.ts'
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
  const environment = await openDrift(where, signal)
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
  await note(found, id, engine.facts.endpoint, request.command, signal)
  const execution = await engine.exec(found.container, request, signal)
  return {...execution, id, release: found.release}
}

const note = async (
  {container, release}: RunningRelease,
  id: AppId,
  endpoint: string,
  [command = 'sh']: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const paths = statePaths()
  const {home, runtime} = paths
  const by = `${userInfo().username}@${hostname()}`
  await noteTouch({home, engine: endpoint, container}, {at: new Date().toISOString(), by, command})
  const session = await askSession(runtime, id, signal)
  // It is only told; what counts is on disk.
  if (session) return session.touched({release, by, command}, signal).catch(() => signal.throwIfAborted())
  await using ledger = await openLedger(id, paths, () => {}, signal)
  ledger.listen({type: 'touched', release, by, command})
}
