import type {SideFacts} from '../facts.ts'
import type {Both} from './difference.ts'

export interface Areas {
  compared: string[]
  uncompared: {area: string; reason: string}[]
}

const ofImages = ['image', 'os', 'runtimes', 'dependencies', 'files']

/** A base image explains differences and is none, so that one that is not known leaves nothing uncompared. */
const parts = {packages: 'os', runtimes: 'runtimes', dependencies: 'dependencies', files: 'files'} as const

/** What both sides have facts of, and why the rest is not compared. What neither side has is no part of the question. */
export const areasOf = ({a, b}: Both<SideFacts>): Areas => {
  const uncompared = [
    ...(['image', 'run', 'web'] as const).flatMap((part) => missingPart(part, {a, b})),
    ...configWithout({a, b}),
    ...(a.image && b.image ? incomplete({a, b}) : []),
  ]
  const lacks = new Set(uncompared.map(({area}) => area))
  const there = [
    ...(a.image && b.image ? ofImages : []),
    ...(hasConfig(a) && hasConfig(b) ? ['config'] : []),
    ...(a.run && b.run ? ['run'] : []),
    ...(a.web && b.web ? ['web'] : []),
  ]
  return {compared: there.filter((area) => !lacks.has(area)), uncompared}
}

const hasConfig = ({image, run}: SideFacts): boolean => image !== undefined || run !== undefined

const missingPart = (part: 'image' | 'run' | 'web', {a, b}: Both<SideFacts>): Areas['uncompared'] => {
  if ((a[part] === undefined) === (b[part] === undefined)) return []
  const reason = reasonOf(a[part] === undefined ? a : b, part)
  return (part === 'image' ? ofImages : [part]).map((area) => ({area, reason}))
}

/** What a run leaves to an image that is not known can be compared with nothing. */
const configWithout = ({a, b}: Both<SideFacts>): Areas['uncompared'] => {
  const [without] = [a, b].filter(({image}) => image === undefined)
  if (without === undefined || (a.image === undefined && b.image === undefined)) return []
  return [{area: 'config', reason: reasonOf(without, 'image')}]
}

const reasonOf = ({name, gaps}: SideFacts, part: 'image' | 'run' | 'web'): string =>
  gaps.find((gap) => gap.part === part)?.reason ?? `${name} does not say ${says[part]}`

const says = {image: 'what is in the image', run: 'how it is run', web: 'what it answers'} as const

/** With the names of the sides: a reason does not say whose it is. */
const incomplete = ({a, b}: Both<SideFacts>): Areas['uncompared'] =>
  Object.entries(parts).flatMap(([part, area]) => {
    const reasons = [a, b].flatMap(({name, gaps}) =>
      gaps.filter((gap) => gap.part === part).map(({reason}) => `${name}: ${reason}`),
    )
    return reasons.length === 0 ? [] : [{area, reason: reasons.join('; ')}]
  })
