import type {Settings} from '../config/settings.ts'
import type {ReleaseName} from '../release/identity.ts'
import type {Happening} from './events.ts'
import type {Content, Plan} from './plan.ts'
import type {Pin} from './ports.ts'
import type {Run} from './run.ts'

/** What was tried last: the same again is no news. */
export interface Latest extends Content {
  release: ReleaseName
  /** what it has to pass; undefined: it is past that */
  checks?: Conditions
  state: 'under way' | 'live' | 'rejected' | 'reverted' | 'previous'
}

/** What decides about a release and is no part of it. */
export type Conditions = Pick<Settings, 'verify' | 'jobs'>

const conditionsOf = ({verify, jobs}: Settings): Conditions => ({verify, jobs})

/** Of one that they have not let in. */
export const isCheckedAnew = ({project: {settings}}: Plan, {state, checks}: Latest): boolean =>
  (state === 'under way' || state === 'rejected') && JSON.stringify(checks) !== JSON.stringify(conditionsOf(settings))

export const beingTried = ({snapshot, settingsDigest, project}: Plan, release: ReleaseName): Latest => ({
  snapshot,
  settingsDigest,
  release,
  checks: conditionsOf(project.settings),
  state: 'under way',
})

/** What an earlier process tried last, as far as that is known. */
export const triedBefore = ({
  standing: {live},
  pinning: {pin},
}: Pick<Run, 'standing' | 'pinning'>): Latest | undefined => {
  if (pin?.tried) {
    const {release, snapshot, settingsDigest} = pin.tried
    return {release, snapshot: {digest: snapshot}, settingsDigest, state: 'live'}
  }
  return live && {...live, state: 'live'}
}

/** The same for a later one. What is cut short counts as never tried. */
export const triedNow = (latest: Latest | undefined): Pin['tried'] => {
  if (!latest || latest.state === 'under way') return undefined
  const {release, snapshot, settingsDigest} = latest
  return {release, snapshot: snapshot.digest, settingsDigest}
}

/** Its content was saved again; `settings`: with others that make no new release. */
export const unchanged = (latest: Latest, standing: Run['standing'], settings: boolean): Happening => ({
  type: 'unchanged',
  release: latest.release,
  state: stateOf(latest, standing),
  ...(settings ? {settings} : {}),
})

/** What became of it since. */
const stateOf = ({release, state}: Latest, {live}: Run['standing']): 'live' | 'rejected' | 'reverted' | 'previous' =>
  state === 'rejected' || state === 'reverted' ? state : live?.release === release ? 'live' : 'previous'
