import {Args, Flags} from '@oclif/core'

import type {ImmError} from '../../errors.ts'
import {wordsAsTyped} from '../../terminal/arguments.ts'
import {ImmCommand} from '../../terminal/command.ts'
import type {UpResult} from '../../wiring/preview/up.ts'

export default class PreviewUp extends ImmCommand {
  static override summary = 'Bring up a preview of a branch, tag, pull request or commit, and leave it running.'
  static override description = `Checks the commit out beside the repository, builds it, proves it healthy and gives it the traffic of its own address; HEAD, index and working tree stay as they are. A preview that runs is brought to the commit as \`imm dev\` would: what was live serves until the new release is proved, and goes on serving where that is rejected.

Ends with 0 once all are live, and with 1 where one was rejected, or a name is none of the repository. Nothing has to stay open afterwards.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>   # what is checked out here',
    '<%= config.bin %> <%= command.id %> feature/login fix/typo',
    '<%= config.bin %> <%= command.id %> pull/7 --repository https://example.org/team/shop.git',
    '<%= config.bin %> <%= command.id %> v1.4 --json | jq -r \'select(.type == "preview").url\'',
  ]

  static override strict = false
  static override args = {
    ref: Args.string({
      ignoreStdin: true,
      description: 'Branches, tags, pull requests (pull/7), worktrees or commits; what is checked out without any.',
    }),
  }

  static override flags = {
    repository: Flags.string({
      char: 'r',
      default: '.',
      helpValue: 'DIR|URL',
      description: 'Directory of a repository, or the address of a remote one.',
    }),
    parallel: Flags.integer({min: 1, description: 'How many at the same time; `previews.parallel` without it.'}),
    pin: Flags.boolean({allowNo: true, description: 'Keep it whatever its age: see `imm preview pin`.'}),
    ci: Flags.boolean({
      description: 'Tell the pipeline that this runs in: outputs, a summary, a comment; see docs/ci.md.',
    }),
    logs: Flags.boolean({description: 'Show what the applications print meanwhile.'}),
  }

  async run(): Promise<void> {
    const {raw, flags} = await this.parse(PreviewUp)
    const names = wordsAsTyped(raw)
    const [{upPreviews}, {progress}, {upText}, {namedByPreview}, {safeText}, {isImmError}] = await Promise.all([
      import('../../wiring/preview/up-several.ts'),
      import('../../terminal/progress/progress.ts'),
      import('../../terminal/preview-text.ts'),
      import('../../terminal/several-previews.ts'),
      import('../../terminal/safe-text.ts'),
      import('../../errors.ts'),
    ])
    await using view = progress(
      {json: this.json, verbose: flags.verbose, ofPreview: true},
      process.stdout,
      process.stderr,
    )
    view.logs = flags.logs
    const named = names.length > 1 && !this.json
    let failed = false
    const ends: UpResult[] = []
    const fail = (about: {ref?: string; name: string; commit?: string}, {code, message, next}: ImmError) => {
      failed = true
      this.result({type: 'preview', ...about, outcome: 'failed', error: {code, message, next}})
      view.say(safeText(`${about.name}: ${message} (${next})`, false))
    }
    await upPreviews(
      {
        repository: flags.repository,
        names,
        parallel: flags.parallel,
        pinned: flags.pin,
        listener: (event) => view.event(named ? namedByPreview(event) : event),
        onUnknown: (name, error) => fail({name}, error),
        onEnd: ({ref, name, commit}, end) => {
          if (isImmError(end)) return fail({ref, name, commit}, end)
          failed ||= end.outcome === 'rejected'
          ends.push(end)
          const {record, error, ...rest} = end
          const {code, message, next} = error ?? {}
          const {project, environment, apps} = record
          const about = {project, environment, ref: record.ref, name: record.name, commit: record.commit, apps}
          this.result({type: 'preview', ...about, ...rest, ...(error ? {error: {code, message, next}} : {})})
          view.say(upText(end))
        },
      },
      this.signal,
    )
    if (flags.ci) {
      const {tellCi} = await import('../../wiring/preview/tell-ci.ts')
      for (const end of ends) for (const message of (await tellCi(end, this.signal)).warnings) this.warning(message)
    }
    if (failed) process.exitCode = 1
  }
}
