import type {Graph, GraphNode} from '../wiring/graph.ts'
import {networksShown, volumeNames} from './graph-parts.ts'

/** Its labels are HTML: a quote would end one. */
const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`

const labelOf = ({name, addresses}: GraphNode): string => quoted([name, ...addresses].join('<br>'))

/** For Mermaid, as GitHub and GitLab draw it. */
export const graphMermaid = ({nodes}: Graph): string => {
  // A name may be a word of Mermaid's own, such as `end`.
  const ids = new Map(nodes.map(({name}, index) => [name, `n${index}`]))
  const networks = new Map(networksShown(nodes).map((name, index) => [name, `w${index}`]))
  const volumes = new Map(volumeNames(nodes).map((name, index) => [name, `v${index}`]))
  return [
    'graph LR',
    ...nodes.map((node) => {
      const [open, close] = node.kind === 'service' ? ['[(', ')]'] : ['[', ']']
      return `  ${ids.get(node.name)}${open}${labelOf(node)}${close}`
    }),
    ...[...networks].map(([name, id]) => `  ${id}([${quoted(name)}])`),
    ...[...volumes].map(([name, id]) => `  ${id}[/${quoted(name)}/]`),
    ...nodes.flatMap(({name, dependsOn, networks: on, volumes: own}) => [
      ...dependsOn.flatMap((one) =>
        ids.has(one.name) ? [`  ${ids.get(name)} -->|${one.condition}| ${ids.get(one.name)}`] : [],
      ),
      ...on.flatMap((network) => (networks.has(network) ? [`  ${ids.get(name)} --- ${networks.get(network)}`] : [])),
      ...own.map((volume) => `  ${ids.get(name)} -.->|${quoted(volume.path)}| ${volumes.get(volume.name)}`),
    ]),
  ].join('\n')
}
