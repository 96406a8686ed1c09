import type {ReleaseName} from '../release/identity.ts'
import type {Content} from './entry.ts'

/** Who has the traffic of an environment, as its entries tell. */
export interface Replayed {
  readonly live: ReleaseName | undefined
  /** kept for a rollback, or on their way there; newest first */
  readonly previous: readonly ReleaseName[]
  /** the last attempt, where it was rejected */
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

const after = (state: Replayed, entry: Told): Replayed => {
  switch (entry.type) {
    case 'found':
      return {live: entry.live, previous: entry.warm, rejected: undefined}
    case 'live':
      return takeOver(state, entry.release, entry.cause === 'replace')
    case 'rejected':
      return {...state, rejected: entry.release}
    case 'unchanged':
      return entry.state === 'live' ? {...state, rejected: undefined} : state
    case 'retired':
      return entry.warm ? state : gone(state, entry.release)
    case 'removed':
      if (entry.what === 'image') return state
      return {...gone(state, entry.release), live: state.live === entry.release ? undefined : state.live}
    case 'down':
      return nothing
    default:
      return state
  }
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
