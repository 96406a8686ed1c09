import type {ImageSide, SideFacts} from '../facts.ts'
import type {Both} from './difference.ts'
import {isOneImage} from './run/image.ts'
import {onlyOfOne} from './run/others.ts'

export interface Areas {
  compared: string[]
  uncompared: {area: string; reason: string}[]
}

const ofImages = ['image', 'os', 'runtimes', 'dependencies', 'files']

/** A base image explains differences and is none, so that one that is not known leaves nothing uncompared. */
const parts = {packages: 'os', runtimes: 'runtimes', dependencies: 'dependencies', files: 'files'} as const

/** What both sides have facts of, and why the rest is not compared. What neither side could have is no part of the question. */
export const areasOf = ({a, b}: Both<SideFacts>): Areas => {
  const uncompared = [
    ...(['image', 'run', 'web'] as const).flatMap((part) => missingPart(part, {a, b})),
    ...configWithout({a, b}),
    ...(a.image && b.image ? incomplete({a, b}) : []),
    ...withoutWord({a, b}),
  ]
  const lacks = new Set(uncompared.map(({area}) => area))
  const there = [
    ...(a.image && b.image ? ofImages.filter((area) => isIn(area, a.image) || isIn(area, b.image)) : []),
    ...(hasConfig(a) && hasConfig(b) ? ['config'] : []),
    ...(a.run && b.run ? ['run'] : []),
    ...(a.web && b.web ? ['web'] : []),
  ]
  return {compared: there.filter((area) => !lacks.has(area)), uncompared}
}

/** Two images without any package have nothing of which it could be said that it was compared. */
const isIn = (area: string, image: ImageSide | undefined): boolean => {
  if (area === 'os') return image?.os !== undefined || (image?.packages.length ?? 0) > 0
  if (area === 'runtimes' || area === 'dependencies') return (image?.[area].length ?? 0) > 0
  return true
}

const hasConfig = ({image, run}: SideFacts): boolean => image !== undefined || run !== undefined

/** That one side could have it is enough: two manifests whose images are not here have images all the same. */
const missingPart = (part: 'image' | 'run' | 'web', sides: Both<SideFacts>): Areas['uncompared'] => {
  const reason = reasonOf(part, sides)
  return reason === undefined ? [] : (part === 'image' ? ofImages : [part]).map((area) => ({area, reason}))
}

/** What a run leaves to an image that is not known can be compared with nothing. */
const configWithout = (sides: Both<SideFacts>): Areas['uncompared'] => {
  if (sides.a.image === undefined && sides.b.image === undefined && isOneImage(sides)) return []
  const reason = reasonOf('image', sides)
  return reason === undefined ? [] : [{area: 'config', reason}]
}

/** Undefined: both have it, or neither is of a kind that has. */
const reasonOf = (part: 'image' | 'run' | 'web', {a, b}: Both<SideFacts>): string | undefined => {
  const without = [a, b].filter((side) => side[part] === undefined)
  const gaps = without.flatMap((side) => side.gaps.filter((gap) => gap.part === part))
  if (gaps.length > 0) return [...new Set(gaps.map(({reason}) => reason))].join('; ')
  const [only, other] = without
  return only === undefined || other !== undefined ? undefined : `${only.name} does not say ${says[part]}`
}

const says = {image: 'what is in the image', run: 'how it is run', web: 'what it answers'} as const

/** Told, and no failure: the two are of different kinds. */
const withoutWord = ({a, b}: Both<SideFacts>): Areas['uncompared'] => {
  const terms = a.run && b.run ? onlyOfOne({a: a.run, b: b.run}) : []
  return terms.length === 0
    ? []
    : [{area: 'run settings', reason: `one of the two has no word for ${terms.join(', ')}`}]
}

/** With the names of the sides: a reason does not say whose it is. */
const incomplete = ({a, b}: Both<SideFacts>): Areas['uncompared'] =>
  Object.entries(parts).flatMap(([part, area]) => {
    const reasons = [a, b].flatMap(({name, gaps}) =>
      gaps.filter((gap) => gap.part === part).map(({reason}) => `${name}: ${reason}`),
    )
    return reasons.length === 0 ? [] : [{area, reason: reasons.join('; ')}]
  })
