import path from 'node:path'

import {Args, Flags, type Interfaces} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import type {Outcome} from '../wiring/parity/compare-and-report.ts'

export default class Lint extends ImmCommand {
  static override summary = 'Check an image, and how it is run, by good practice.'
  static override description = `Runs as root, secrets in any layer or in the environment, images that are not pinned, files that everybody may write to, setuid, caches of package managers, shell-form commands, no healthcheck, privileges, no memory limit, and what should be in no image. Read without running anything. Without SIDE it is the image of the source as it is, made as imm build makes it.

trivy and grype are asked for known vulnerabilities where one is installed: --scan insists on it, --no-scan does without. Ends with 0 where nothing at or above --fail-on was found, with 2 where something was, with 1 where that could not be found out.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> image:registry.example/shop:1.4 --fail-on warning',
    '<%= config.bin %> <%= command.id %> archive:shop.tar --sbom shop.cdx.json',
    '<%= config.bin %> <%= command.id %> --scan --json | jq -r \'select(.type == "finding") | .subject\'',
  ]

  static override args = {
    side: Args.string({
      ignoreStdin: true,
      description: 'What to check, as `imm parity` takes it: image:REF, archive:FILE, compose:FILE#service, …',
    }),
  }
  static override flags = {
    'fail-on': Flags.option({
      options: ['note', 'warning', 'error', 'never'] as const,
      default: 'error' as const,
      description: 'End with 2 where something of this severity, or above, is found.',
    })(),
    report: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FORMAT=FILE',
      description:
        'Write a report as well: sarif=FILE, junit=FILE, gitlab=FILE, markdown=FILE, or github (annotations and step summary). May be given more than once.',
    }),
    scan: Flags.boolean({
      allowNo: true,
      description: 'Ask trivy and grype for known vulnerabilities; --sbom then has what syft knows as well.',
    }),
    sbom: Flags.string({
      helpValue: 'FILE',
      description: 'Write the bill of materials of the image there, as CycloneDX 1.6 in JSON.',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Lint)
    const outcome = await this.#lint(args.side ?? '.', flags)
    const {report, judged} = outcome
    const {verdict, words, counts, ...shown} = judged
    const time = new Date().toISOString()
    const {findings, command: _, ...about} = report
    for (const finding of findings) this.result({type: 'finding', time, ...finding})
    this.result({type: 'lint', time, ...about, counts, verdict})
    if (!this.json) {
      const {parityText} = await import('../terminal/parity-text.ts')
      const bad = verdict === 'different' ? 'differences' : verdict === 'incomplete' ? 'gaps' : undefined
      this.say(parityText({report, ...shown, counts, verdict: words, bad, whole: flags.verbose}, process.stdout))
    }
    await outcome.write()
    if (verdict === 'different') this.exit(2)
    if (verdict === 'incomplete') this.exit(1)
  }

  async #lint(side: string, flags: Interfaces.InferredFlags<typeof Lint.flags> & {verbose: boolean}): Promise<Outcome> {
    const [{lintAndReport}, {buildSteps}, {readingSteps}] = await Promise.all([
      import('../wiring/parity/lint-and-report.ts'),
      import('../terminal/progress/build-steps.ts'),
      import('../terminal/progress/reading.ts'),
    ])
    using steps = buildSteps(this.people, flags.verbose)
    const reading = readingSteps((step) => steps.step(step), 1)
    const outcome = await lintAndReport(
      {
        side,
        cwd: path.resolve('.'),
        failOn: flags['fail-on'],
        reports: flags.report ?? [],
        scan: flags.scan,
        sbom: flags.sbom === undefined ? undefined : path.resolve(flags.sbom),
        environment: process.env,
        onStep: (step) => steps.step(step),
        onRead: reading.read,
        onWarning: this.warning,
        onLines: (lines) => void this.people.write(lines),
      },
      this.signal,
    )
    reading.end()
    return outcome
  }
}
