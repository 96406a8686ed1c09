import {Args} from '@oclif/core'

import {ImmCommand} from '../../terminal/command.ts'

export default class PreviewPlan extends ImmCommand {
  static override summary = 'Show what `imm preview serve` would do.'
  static override description =
    'Compares the branches of a repository that `previews.branches` matches, and its open pull requests, with the previews that there are. Ends with 0 where they are the same, with 2 where something is to be done, with 1 where that could not be found out. What some imm is at already is named, and is nothing more to be done. Previews that are not what git says and that serve leaves alone are named, and are nothing to be done: brought up by hand and behind their branch, rejected, pinned.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> git@example.org:team/shop.git',
    '<%= config.bin %> <%= command.id %> --json | jq -r \'select(.action == "up") | .name\'',
  ]

  static override args = {
    repository: Args.string({
      ignoreStdin: true,
      default: '.',
      description: 'Directory of a repository, or the address of a remote one.',
    }),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(PreviewPlan)
    const [{planPreviews}, {previewPlanText}] = await Promise.all([
      import('../../wiring/preview/plan.ts'),
      import('../../terminal/preview-plan-text.ts'),
    ])
    const plan = await planPreviews(args.repository, this.signal)
    const time = new Date().toISOString()
    for (const {kind: action, ...step} of plan.steps) this.result({type: 'step', time, action, ...step})
    for (const {kind: action, ...step} of plan.underWay) this.result({type: 'underway', time, action, ...step})
    for (const one of plan.apart) this.result({type: 'apart', time, ...one})
    const {steps, underWay, apart, previews} = plan
    this.result({
      type: 'plan',
      time,
      count: steps.length,
      underWay: underWay.length,
      apart: apart.length,
      previews,
    })
    if (!this.json) this.say(previewPlanText(plan, process.stdout))
    if (steps.length > 0) this.exit(2)
  }
}
