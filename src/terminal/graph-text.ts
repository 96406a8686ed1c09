import type {Graph, GraphNode} from '../wiring/graph.ts'

/** An application as text: each part with what it needs and has. */
export const graphText = ({project, environment, nodes}: Graph): string =>
  [`${project}/${environment}`, ...nodes.flatMap((node, index) => nodeText(node, index === nodes.length - 1))].join(
    '\n',
  )

const nodeText = (node: GraphNode, isLast: boolean): string[] => {
  const bar = isLast ? '   ' : '│  '
  const details = [
    ...labelled('answers at', node.addresses),
    ...labelled('published', node.ports),
    ...labelled(
      'after',
      node.dependsOn.map(({name, condition}) => `${name} (${condition})`),
    ),
    ...labelled('jobs', node.jobs),
    ...labelled('networks', node.networks.length > 0 ? [node.networks.join(', ')] : []),
    ...labelled(
      'volumes',
      node.volumes.map(({name, path}) => `${name} on ${path}`),
    ),
  ]
  return [
    `${isLast ? '└─' : '├─'} ${node.name}  ${node.kind}, ${node.kind === 'service' ? node.from : `built from ${node.from}`}`,
    ...details.map(([label, text]) => `${bar}   ${label.padEnd(10)} ${text}`),
  ]
}

/** Said once for all of them. */
const labelled = (label: string, texts: readonly string[]): [string, string][] =>
  texts.map((text, index) => [index === 0 ? label : '', text])
