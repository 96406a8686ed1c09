import path from 'node:path'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import {settingFlags, toSettingFlags} from '../terminal/setting-flags.ts'

const {project, context, file, target, 'build-arg': buildArg} = settingFlags

export default class Build extends ImmCommand {
  static override summary = 'Make the full image of the source as it is, the same on every machine.'
  static override description = `For pushing, promoting and CI. All times in the image are set to SOURCE_DATE_EPOCH (by default 1980-01-01T00:00:01Z), so that the same source on the same base gives the same layer digests here and anywhere. What a RUN writes differently each time stays different.

A running imm dev is not disturbed. With --verify the image is then compared, file by file, with the newest one that imm dev made of the same source: ends with 0 where both are equal, with 2 where they differ. The build may use the builder's cache, as imm dev's do; --no-cache makes the proof independent of it.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --tag registry.example/shop:1.4 && docker push registry.example/shop:1.4',
    '<%= config.bin %> <%= command.id %> --verify --no-cache   # is what imm dev runs what the Dockerfile makes?',
    '<%= config.bin %> <%= command.id %> --json | jq -r .image',
  ]

  static override flags = {
    tag: Flags.string({
      char: 't',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME',
      description: 'Another name for the image; may be given more than once.',
    }),
    'no-cache': Flags.boolean({description: "Take nothing from the builder's cache."}),
    verify: Flags.boolean({description: 'Compare the image with the one that imm dev made of the same source.'}),
    project,
    context,
    file,
    target,
    'build-arg': buildArg,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Build)
    const [{runBuild}, {buildSteps}, {builtText, verdictText}] = await Promise.all([
      import('../wiring/build.ts'),
      import('../terminal/progress/build-steps.ts'),
      import('../terminal/build-text.ts'),
    ])
    const startedMs = performance.now()
    using steps = buildSteps(this.people, flags.verbose)
    const verdict = await runBuild(
      {
        directory: path.resolve('.'),
        flags: toSettingFlags(flags),
        tags: flags.tag ?? [],
        fresh: flags['no-cache'],
        verify: flags.verify,
        onStep: (step) => steps.step(step),
        onWarning: (message) => this.say(`warning: ${message}`),
        onBuilt: (built) => {
          const {project: name, app, snapshot, settings, revision, references, image, own} = built
          const ms = Math.round(performance.now() - startedMs)
          const identity = {project: name, app, image: image.id, references, snapshot, settings, revision}
          this.result({type: 'build', time: now(), ...identity, bytes: image.sizeBytes, layers: own, ms})
          this.say(builtText(built))
        },
      },
      this.signal,
    )
    if (verdict === undefined) return
    const {differences, ...compared} = verdict
    const first = {count: differences.length, differences: differences.slice(0, 20)}
    this.result({type: 'verify', time: now(), equal: differences.length === 0, ...compared, ...first})
    this.say(verdictText(verdict))
    if (differences.length > 0) this.exit(2)
  }
}

const now = (): string => new Date().toISOString()
