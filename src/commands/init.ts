import {Args, Flags} from '@oclif/core'

import {ciSystems, type CiSystem} from '../init/ci-systems.ts'
import {flavours} from '../init/plan.ts'
import {ImmCommand} from '../terminal/command.ts'

export default class Init extends ImmCommand {
  static override summary = 'Write a Dockerfile, .dockerignore and imm.yaml for this project, or a pipeline for CI.'
  static override description =
    'Finds out the language, how the project is installed, built and started, and its port. Asks nothing; files that are there already are kept. With --ci it writes a pipeline instead, which builds, verifies and previews what is pushed (docs/ci.md).'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> services/api --dry-run',
    '<%= config.bin %> <%= command.id %> --flavour python --force',
    '<%= config.bin %> <%= command.id %> --ci github',
  ]

  static override args = {
    directory: Args.string({ignoreStdin: true, default: '.', description: 'directory of the project'}),
  }

  static override flags = {
    flavour: Flags.option({options: flavours})({description: 'What to take the project for, instead of finding out.'}),
    ci: Flags.option({options: ciSystems})({
      exclusive: ['flavour'],
      description: 'Write a pipeline for this system, and nothing else.',
    }),
    force: Flags.boolean({char: 'f', description: 'Overwrite files that are there already.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Show what would be written, and write nothing.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Init)
    if (flags.ci !== undefined) return this.pipeline(flags.ci, args.directory, flags)
    const [{initProject}, {reportText}] = await Promise.all([import('../init/init.ts'), import('../init/report.ts')])
    const options = {directory: args.directory, flavour: flags.flavour, force: flags.force, dryRun: flags['dry-run']}
    const result = await initProject(options, this.signal)
    this.result({type: 'init', time: new Date().toISOString(), ...result, next: 'imm dev'})
    this.say(reportText(result, process.cwd()))
  }

  private async pipeline(system: CiSystem, directory: string, flags: {force: boolean; 'dry-run': boolean}) {
    const [{initCi}, {ciReportText}] = await Promise.all([import('../init/ci.ts'), import('../init/ci-report.ts')])
    const result = await initCi({directory, system, force: flags.force, dryRun: flags['dry-run']}, this.signal)
    const {file, ...rest} = result
    this.result({type: 'init', time: new Date().toISOString(), ...rest, files: [file]})
    this.say(ciReportText(result))
  }
}
