import path from 'node:path'

import {Flags} from '@oclif/core'

import {ImmCommand} from '../terminal/command.ts'
import type {Graph as Drawn} from '../wiring/graph.ts'

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
    const {readGraph} = await import('../wiring/graph.ts')
    const {environment, file: files = [], profile: profiles = []} = flags
    const graph = await readGraph({directory: path.resolve('.'), environment, files, profiles}, this.signal)
    this.result({type: 'graph', ...graph})
    if (!this.json) this.say(await textOf(graph, flags))
  }
}

const textOf = async (graph: Drawn, {dot, mermaid}: {dot: boolean; mermaid: boolean}): Promise<string> => {
  if (dot) return (await import('../terminal/graph-dot.ts')).graphDot(graph)
  if (mermaid) return (await import('../terminal/graph-mermaid.ts')).graphMermaid(graph)
  return (await import('../terminal/graph-text.ts')).graphText(graph)
}
