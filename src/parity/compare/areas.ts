import type {Gap, SideFacts} from '../facts.ts'
import type {Both} from './difference.ts'

export interface Areas {
  compared: string[]
  uncompared: {area: string; reason: string}[]
}

const ofImages = ['image', 'os', 'packages', 'runtimes', 'dependencies', 'files']
const parts: readonly Gap['part'][] = ['base', 'packages', 'runtimes', 'dependencies', 'files']

/** What both sides have facts of, and why the rest is not compared. What neither side has is no part of the question. */
export const areasOf = ({a, b}: Both<SideFacts>): Areas => {
  const partial = a.image && b.image ? parts.flatMap((part) => incomplete(part, {a, b})) : []
  const missing = (['image', 'run', 'web'] as const).flatMap((part) => missingPart(part, {a, b}))
  const lacks = new Set(partial.map(({area}) => area))
  const compared = [
    ...(a.image && b.image ? ofImages.filter((area) => !lacks.has(area)) : []),
    ...(hasConfig(a) && hasConfig(b) ? ['config'] : []),
    ...(a.run && b.run ? ['run'] : []),
    ...(a.web && b.web ? ['web'] : []),
  ]
  return {compared, uncompared: [...missing, ...configWithout({a, b}), ...partial]}
}

const hasConfig = ({image, run}: SideFacts): boolean => image !== undefined || run !== undefined

const missingPart = (part: 'image' | 'run' | 'web', {a, b}: Both<SideFacts>): Areas['uncompared'] => {
  if ((a[part] === undefined) === (b[part] === undefined)) return []
  const reason = reasonOf(a[part] === undefined ? a : b, part)
  return (part === 'image' ? ofImages : [part]).map((area) => ({area, reason}))
}

/** Where neither an image nor how it is run is known of a side, or the image is but on one side and is not overridden in all. */
const configWithout = ({a, b}: Both<SideFacts>): Areas['uncompared'] => {
  const [without] = [a, b].filter((side) => side.image === undefined)
  if (without === undefined || (a.image === undefined && b.image === undefined)) return []
  return [{area: 'config', reason: reasonOf(without, 'image')}]
}

const reasonOf = ({name, gaps}: SideFacts, part: 'image' | 'run' | 'web'): string =>
  gaps.find((gap) => gap.part === part)?.reason ?? `${name} does not say ${says[part]}`

const says = {image: 'what is in the image', run: 'how it is run', web: 'what it answers'} as const

/** With the names of the sides: a reason of a part does not say whose it is. */
const incomplete = (part: Gap['part'], {a, b}: Both<SideFacts>): Areas['uncompared'] => {
  const gaps = [a, b].flatMap(({name, gaps: all}) =>
    all.filter((gap) => gap.part === part).map(({reason}) => `${name}: ${reason}`),
  )
  if (gaps.length > 0) return [{area: part, reason: gaps.join('; ')}]
  if (part !== 'base') return []
  const [without] = [a, b].filter(({image}) => image?.base === undefined)
  const both = a.image?.base === undefined && b.image?.base === undefined
  return without === undefined || both
    ? []
    : [{area: part, reason: `${without.name} does not say which image it was made from`}]
}
