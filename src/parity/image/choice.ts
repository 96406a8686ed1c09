import {ImmError} from '../../errors.ts'
import {isFor} from './platform.ts'

/** Which image of an archive is meant; needed only where it holds several. */
export interface Choice {
  /** a name as in `docker save NAME`: `shop:1`, `registry.example/shop:1` */
  name?: string | undefined
  /** `linux/amd64`, `linux/arm64/v8` */
  platform?: string | undefined
}

export interface Candidate {
  names: readonly string[]
  /** undefined where its config can't be read */
  platform?: string | undefined
}

export const choose = <T extends Candidate>(candidates: readonly T[], choice: Choice): T => {
  const named = candidates.filter(
    ({names}) => choice.name === undefined || names.some((name) => sameName(name, choice.name)),
  )
  if (named.length === 0)
    throw unknown(choice.name === undefined ? 'holds no image' : `has no image ${choice.name}`, candidates)
  const fitting = named.filter(({platform}) => fits(platform, choice.platform))
  const [first, ...others] = fitting
  if (first === undefined) throw unknown(`has no image for ${choice.platform}`, named)
  if (others.length > 0) throw unknown('holds several images: say which', fitting)
  return first
}

const unknown = (what: string, candidates: readonly Candidate[]) => {
  const there = candidates.map(({names, platform}) =>
    [names.join(', ') || 'without a name', platform].filter(Boolean).join(' for '),
  )
  return new ImmError('IMAGE_NOT_IN_ARCHIVE', `the archive ${what}`, {output: there.slice(0, 20)})
}

const sameName = (a: string, b: string | undefined): boolean => full(a) === full(b ?? '')

/** `shop` is `docker.io/library/shop:latest`. */
const full = (name: string): string => {
  const tagged = /:[^/]*$|@/.test(name) ? name : `${name}:latest`
  return tagged.replace(/^docker\.io\//, '').replace(/^library\//, '')
}

const fits = (platform: string | undefined, wanted: string | undefined): boolean =>
  platform === undefined || wanted === undefined || isFor(platform, wanted)
