import type {PreviewSettings} from '../config/previews.ts'
import type {Ref} from '../source/repository/ref.ts'
import {isWanted} from './branches.ts'
import type {Situation} from './situation.ts'

/** What is known of a pull request, from webhooks: where it came from goes on having its ref when it is closed. */
export interface PullState {
  state: 'open' | 'closed'
  /** of the same repository, where it comes from there */
  branch: string | undefined
  /** by the sender's clock */
  atMs: number
}

type Asked = Pick<PreviewSettings, 'branches' | 'pulls'>

/** Which refs are to have a preview: the branches that match, and open pull requests from elsewhere. */
export const wantedOf = (
  refs: readonly Ref[],
  settings: Asked,
  pulls: ReadonlyMap<number, PullState>,
): Pick<Situation, 'wanted' | 'existing' | 'closed'> => {
  const branches = refs.filter(({kind, name}) => kind === 'branch' && isWanted(name, settings.branches))
  const names = new Set(branches.map(({name}) => name))
  const known = refs.flatMap((ref) => {
    const pull = pulls.get(numberOf(ref))
    return ref.kind === 'pull' && pull ? [{ref, pull}] : []
  })
  // One of a branch that has a preview would be the same again.
  const open = known.filter(
    ({pull: {state, branch}}) => settings.pulls && state === 'open' && !(branch !== undefined && names.has(branch)),
  )
  return {
    wanted: new Map(
      [...branches, ...open.map(({ref}) => ref)].map(({ref, name, commit}) => [ref, {ref, name, commit}]),
    ),
    existing: new Set(refs.map(({ref}) => ref)),
    closed: new Set(known.filter(({pull}) => pull.state === 'closed').map(({ref}) => ref.ref)),
  }
}

const numberOf = ({ref}: Ref): number => Number(/\/(\d+)\/head$/.exec(ref)?.[1] ?? Number.NaN)
