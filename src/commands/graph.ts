import path from 'node:path'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'

export default class Graph extends ImmCommand {
  static override summary = 'Show what the application is made of, and how it hangs together.'
  static override description =
    'Apps, workers and backing services with their addresses, ports, dependencies, jobs, networks and volumes, as the project’s files describe them: nothing has to run.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --dot | dot -Tsvg > graph.svg',
    '<%= config.bin %> <%= command.id %> --mermaid',
  ]

  static override flags = {
    environment: Flags.string({char: 'e', default: 'main', description: 'Environment whose addresses are shown.'}),
    file: Flags.string({
      char: 'f',
      multiple: true,
      multipleNonGreedy: true,
      description: 'A Compose file; several are merged in their order.',
    }),
    profile: Flags.string({multiple: true, multipleNonGreedy: true, description: 'A profile whose services run, too.'}),
    dot: Flags.boolean({exclusive: ['mermaid'], description: 'For Graphviz.'}),
    mermaid: Flags.boolean({description: 'For Mermaid.'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Graph)
    const [{readGraph}, {graphDot, graphMermaid, graphText}] = await Promise.all([
      import('../wiring/graph.ts'),
      import('../terminal/graph-text.ts'),
    ])
    const {environment, file: files = [], profile: profiles = []} = flags
    const graph = await readGraph({directory: path.resolve('.'), environment, files, profiles}, this.signal)
    this.result({type: 'graph', ...graph})
    this.say(flags.dot ? graphDot(graph) : flags.mermaid ? graphMermaid(graph) : graphText(graph))
  }
}
