import {byRef, isFollowed, type Situation, type Step} from './situation.ts'

/** A preview that is not what git says, and that serve does nothing about. */
export interface Apart {
  ref: string
  name: string
  environment: string
  /** `behind`: git has another commit, and it is nobody's to bring it there; `rejected`: the commit was; `gone`: it is pinned, and its ref is gone */
  why: 'behind' | 'rejected' | 'gone'
  /** that was tried last; undefined: none was tried to its end */
  from: string | undefined
  /** that git says; undefined: none */
  commit: string | undefined
}

type Asked = Pick<Situation, 'actual' | 'existing'> & {
  /** of what is in git, by its ref */
  commits: ReadonlyMap<string, string>
  steps: readonly Step[]
}

/** Commits don't move, and tags are not looked at: only of branches and pull requests it is known what git says now. */
export const apartOf = ({actual, existing, commits, steps}: Asked): Apart[] => {
  const stepped = new Set(steps.map(({ref}) => ref))
  return actual
    .flatMap(({ref, name, environment, kind, tried}): Apart[] => {
      if (stepped.has(ref)) return []
      const commit = commits.get(ref)
      const apart = {ref, name, environment, from: tried?.commit, commit}
      if (!existing.has(ref)) return isFollowed({ref, kind}) ? [{...apart, why: 'gone'}] : []
      if (commit !== tried?.commit) return [{...apart, why: 'behind'}]
      return tried?.outcome === 'rejected' ? [{...apart, why: 'rejected'}] : []
    })
    .toSorted(byRef)
}
