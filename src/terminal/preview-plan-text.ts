import type {Apart} from '../preview/apart.ts'
import type {PreviewPlan} from '../wiring/preview/plan.ts'
import {counted} from './formats.ts'
import {safeTexts} from './safe-text.ts'
import {reasons} from './serve-text.ts'
import {painter} from './style.ts'

const signs = {up: ['+', 'green'], update: ['~', 'yellow'], down: ['-', 'red']} as const

/** What serve would do, a line each; and what stays otherwise than git has it. */
export const previewPlanText = (plan: PreviewPlan, stream: NodeJS.WritableStream): string => {
  const paint = painter(stream)
  const {steps, apart, previews} = safeTexts(plan, false)
  const lines = steps.map((step) => {
    const [sign, style] = signs[step.kind]
    const from = step.kind === 'update' && step.from !== undefined ? `${short(step.from)} -> ` : ''
    const commit = step.kind === 'down' ? '' : ` ${from}${short(step.commit)}`
    return `${paint(style, sign)} ${step.name}${commit} (${reasons[step.why]})`
  })
  const summary = steps.length > 0 ? [] : [sameText(previews, apart.length)]
  return [...lines, ...summary, ...apart.map((one) => `${paint('dim', '=')} ${apartText(one)}`)].join('\n')
}

const sameText = (previews: number, apart: number): string => {
  if (apart === 0) return `${previews === 1 ? '1 preview is' : `${previews} previews are`} what git says.`
  return `Nothing is to be done about ${counted(previews, 'preview')}, and ${apart === 1 ? '1 is not' : `${apart} are not`} what git says:`
}

const apartText = ({name, why, from, commit}: Apart): string => {
  switch (why) {
    case 'behind':
      return `${name} ${from === undefined ? 'unfinished' : short(from)} (git has ${short(commit ?? '')}; no branch that previews follow)`
    case 'rejected':
      return `${name} ${short(commit ?? '')} (rejected; what was live before serves, where there is any)`
    case 'gone':
      return `${name} ${short(from ?? '')} (gone from git; it is pinned)`
    default:
      return why satisfies never
  }
}

const short = (commit: string): string => commit.slice(0, 7)
