import path from 'node:path'

import {Args, Flags} from '@oclif/core'

import type {ParityReport} from '../../parity/report/finding.ts'
import {ImmCommand} from '../../terminal/command.ts'
import {httpMethod} from '../../terminal/http-method.ts'
import type {Judged} from '../../wiring/parity/shown.ts'

export default class Parity extends ImmCommand {
  static override summary = 'Say whether two things would run the same, and if not, what differs.'
  static override description = `Images, releases, containers, Compose services, Kubernetes manifests, archives, lock files, commits, URLs: what is in them, how they are configured and how they are run. Nothing of them is started unless --replay asks for it, and nothing is fetched. Without A it is the working tree, built as imm build does; without B what \`parity.against\` of imm.yaml names.

Ends with 0 where nothing at or above --fail-on differs, with 2 where something does, with 1 where that could not be found out: a side that can't be read is never taken for the same.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>   # the working tree with parity.against of imm.yaml',
    '<%= config.bin %> <%= command.id %> image:shop:1.4 image:shop:1.5',
    '<%= config.bin %> <%= command.id %> . lock:staging.lock --key lock.pub --fail-on warning',
    '<%= config.bin %> <%= command.id %> compose:compose.yaml#web k8s:deploy.yaml#Deployment/web --only run,config',
    '<%= config.bin %> <%= command.id %> env:main https://staging.example.org --replay monday.har --only behaviour',
    '<%= config.bin %> <%= command.id %> --report sarif=parity.sarif --report junit=parity.xml --report github',
    '<%= config.bin %> <%= command.id %> env:main image:shop:1.4 --json | jq -r \'select(.type == "finding") | .rule\'',
  ]

  static override args = {
    a: Args.string({
      ignoreStdin: true,
      description:
        'One side: image:REF, release:r12, env:main, container:ID, compose:FILE#service, k8s:FILE#Deployment/name, archive:FILE, lock:FILE, git:REF, tree:DIRECTORY, a URL, or . for the working tree.',
    }),
    b: Args.string({ignoreStdin: true, description: 'The other side.'}),
  }
  static override flags = {
    'fail-on': Flags.option({
      options: ['note', 'warning', 'error', 'never'] as const,
      default: 'error' as const,
      description: 'End with 2 where something of this severity, or above, differs.',
    })(),
    report: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FORMAT=FILE',
      description:
        'Write a report as well: sarif=FILE, junit=FILE, gitlab=FILE, markdown=FILE, or github (annotations and step summary). May be given more than once.',
    }),
    only: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'AREA',
      description:
        'Compare these areas alone: image, config, os, runtimes, dependencies, files, run, web, behaviour. What can not be compared of them makes it end with 1.',
    }),
    key: Flags.string({
      helpValue: 'KEYFILE',
      description: 'The ed25519 public key (PEM) that a lock file has to be signed by: one that is not ends it with 1.',
    }),
    replay: Flags.string({
      helpGroup: 'REPLAY',
      helpValue: 'FILE',
      description:
        'Send the requests of a HAR file, as of imm record, to both sides, and compare the answers. Of images and releases a container is started for it.',
    }),
    methods: Flags.string({
      helpGroup: 'REPLAY',
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      parse: async (text) => httpMethod(text),
      dependsOn: ['replay'],
      description: 'Send requests of these methods; GET, HEAD and OPTIONS otherwise, which change nothing.',
    }),
    header: Flags.string({
      helpGroup: 'REPLAY',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VARIABLE',
      dependsOn: ['replay'],
      description: 'Send this header with every request, its value from a variable of the environment.',
    }),
    build: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'Build the working tree; --no-build: compare what runs in env:main instead.',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Parity)
    const cwd = path.resolve('.')
    const [{compareAndReport}, {buildSteps}, {readingSteps}, {parityText}] = await Promise.all([
      import('../../wiring/parity/compare-and-report.ts'),
      import('../../terminal/progress/build-steps.ts'),
      import('../../terminal/progress/reading.ts'),
      import('../../terminal/parity-text.ts'),
    ])
    const onLines = (lines: string) => void (this.json ? process.stderr : process.stdout).write(lines)
    const result = await (async () => {
      using steps = buildSteps(this.people, flags.verbose)
      const reading = readingSteps((step) => steps.step(step), 2)
      const compared = await compareAndReport(
        {
          a: args.a,
          b: args.b,
          build: flags.build,
          only: flags.only ?? [],
          keyFile: flags.key,
          replay:
            flags.replay === undefined
              ? undefined
              : {
                  file: flags.replay,
                  methods: flags.methods,
                  headers: flags.header ?? [],
                  environment: process.env,
                  onRequest: reading.request,
                },
          cwd,
          failOn: flags['fail-on'],
          reports: flags.report ?? [],
          environment: process.env,
          onStep: (step) => steps.step(step),
          onRead: reading.read,
          onWarning: this.warning,
          onLines,
        },
        this.signal,
      )
      reading.end()
      return compared
    })()
    const {report, judged} = result
    this.#tell(report, judged)
    const {verdict, words, ...shown} = judged
    const bad = verdict === 'different' ? 'differences' : verdict === 'incomplete' ? 'gaps' : undefined
    if (!this.json) this.say(parityText({report, ...shown, verdict: words, bad, whole: flags.verbose}, process.stdout))
    await result.write()
    if (verdict === 'different') this.exit(2)
    if (verdict === 'incomplete') this.exit(1)
  }

  #tell({findings, ...rest}: ParityReport, {verdict, counts}: Judged): void {
    const time = new Date().toISOString()
    for (const finding of findings) this.result({type: 'finding', time, ...finding})
    const {command: _command, ...about} = rest
    this.result({type: 'parity', time, ...about, counts, verdict})
  }
}
