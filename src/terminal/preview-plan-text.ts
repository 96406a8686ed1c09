import type {Apart} from '../preview/apart.ts'
import type {Step} from '../preview/situation.ts'
import type {PreviewPlan} from '../wiring/preview/plan.ts'
import {counted} from './formats.ts'
import {safeTexts} from './safe-text.ts'
import {reasons} from './serve-text.ts'
import {painter} from './style.ts'

const signs = {up: ['+', 'green'], update: ['~', 'yellow'], down: ['-', 'red']} as const

/** What serve would do, a line each; what is being done; and what stays otherwise than git has it. */
export const previewPlanText = (plan: PreviewPlan, stream: NodeJS.WritableStream): string => {
  const paint = painter(stream)
  const {steps, underWay, apart, previews} = safeTexts(plan, false)
  const lines = steps.map((step) => {
    const [sign, style] = signs[step.kind]
    return `${paint(style, sign)} ${whatText(step)} (${reasons[step.why]})`
  })
  const summary = steps.length > 0 ? [] : [sameText(previews, underWay.length, apart.length)]
  return [
    ...lines,
    ...summary,
    ...underWay.map(
      (step) =>
        `${paint('dim', '*')} ${whatText(step)} (${step.kind === 'down' ? 'being taken down' : 'being brought up'})`,
    ),
    ...apart.map((one) => `${paint('dim', '=')} ${apartText(one)}`),
  ].join('\n')
}

const whatText = (step: Step): string => {
  const from = step.kind === 'update' && step.from !== undefined ? `${short(step.from)} -> ` : ''
  return step.kind === 'down' ? step.name : `${step.name} ${from}${short(step.commit)}`
}

const sameText = (previews: number, underWay: number, apart: number): string => {
  if (underWay > 0) return `Nothing is to be done but what is under way:`
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
