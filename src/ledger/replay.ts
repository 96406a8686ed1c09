import type {ReleaseName} from '../release/identity.ts'
import type {Content} from './entry.ts'

/** Who has the traffic of an environment, as its entries tell. */
export interface Replayed {
  readonly live: ReleaseName | undefined
  /** kept for a rollback, or on their way there; newest first */
  readonly previous: readonly ReleaseName[]
  /** the last attempt, where it was rejected or reverted */
  readonly rejected: ReleaseName | undefined
}

/** What a replay looks at: an entry, or what becomes one. */
type Told = Exclude<Content, {type: 'release'}> | {type: 'release'}

const nothing: Replayed = {live: undefined, previous: [], rejected: undefined}

/** The state after all of these, from the first on. */
export const replay = (entries: Iterable<Told>): Replayed => {
  let state = nothing
  for (const entry of entries) state = after(state, entry)
  return state
}

/** What an entry of a type makes of the state; of a type that is not here: nothing. */
type Steps = {readonly [Type in Told['type']]?: (state: Replayed, entry: Extract<Told, {type: Type}>) => Replayed}

const steps: Steps = {
  found: (_state, {live, warm}) => ({live, previous: warm, rejected: undefined}),
  live: (state, {release, cause}) => takeOver(state, release, cause === 'replace'),
  rejected: (state, {release}) => ({...state, rejected: release}),
  reverted: (state, {release}) => ({...gone(state, release), rejected: release}),
  unchanged: (state, {state: is}) => (is === 'live' ? {...state, rejected: undefined} : state),
  // What is live retires only to make room for a candidate.
  retired: (state, {release, warm}) =>
    warm ? state : {...gone(state, release), live: state.live === release ? undefined : state.live},
  stopped: (state, {release}) => gone(state, release),
  removed: (state, {release, what}) =>
    what === 'image' ? state : {...gone(state, release), live: state.live === release ? undefined : state.live},
  down: () => nothing,
}

const after = (state: Replayed, entry: Told): Replayed => {
  const step = steps[entry.type] as ((state: Replayed, entry: Told) => Replayed) | undefined
  return step?.(state, entry) ?? state
}

/** Another container of the same release takes over from one that has ended. */
const takeOver = ({live, previous, rejected}: Replayed, release: ReleaseName, again: boolean): Replayed => ({
  live: release,
  previous: [live, ...previous].filter((each) => each !== undefined).filter((each) => each !== release),
  rejected: again ? rejected : undefined,
})

const gone = (state: Replayed, release: ReleaseName): Replayed => ({
  ...state,
  previous: state.previous.filter((each) => each !== release),
})
