import type {PreviewPlan} from '../wiring/preview/plan.ts'
import {safeTexts} from './safe-text.ts'
import {reasons} from './serve-text.ts'
import {painter} from './style.ts'

const signs = {up: ['+', 'green'], update: ['~', 'yellow'], down: ['-', 'red']} as const

/** What serve would do, a line each. */
export const previewPlanText = (plan: PreviewPlan, stream: NodeJS.WritableStream): string => {
  const paint = painter(stream)
  const {steps, previews} = safeTexts(plan, false)
  if (steps.length === 0) return `${previews === 1 ? '1 preview is' : `${previews} previews are`} what git says.`
  return steps
    .map((step) => {
      const [sign, style] = signs[step.kind]
      const from = step.kind === 'update' && step.from !== undefined ? `${step.from.slice(0, 7)} -> ` : ''
      const commit = step.kind === 'down' ? '' : ` ${from}${step.commit.slice(0, 7)}`
      return `${paint(style, sign)} ${step.name}${commit} (${reasons[step.why]})`
    })
    .join('\n')
}
