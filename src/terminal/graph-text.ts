import type {Graph, GraphNode} from '../wiring/graph.ts'

/** An application as text: each part with what it needs and has. */
export const graphText = ({project, environment, nodes}: Graph): string =>
  [`${project}/${environment}`, ...nodes.flatMap((node, index) => nodeText(node, index === nodes.length - 1))].join(
    '\n',
  )

const nodeText = (node: GraphNode, isLast: boolean): string[] => {
  const bar = isLast ? '   ' : '│  '
  const details = [
    ...node.addresses.map((address) => ['answers at', `http://${address}`]),
    ...node.ports.map((port) => ['port', port]),
    ...node.dependsOn.map(({name, condition}) => ['after', `${name} (${condition})`]),
    ...node.jobs.map((job) => ['job', job]),
    ...(node.networks.length > 0 ? [['on', node.networks.join(', ')]] : []),
    ...(node.volumes.length > 0 ? [['volumes', node.volumes.join(', ')]] : []),
  ]
  return [
    `${isLast ? '└─' : '├─'} ${node.name}  ${node.kind}, ${node.kind === 'service' ? node.from : `built from ${node.from}`}`,
    ...details.map(([label = '', text = '']) => `${bar}   ${label.padEnd(10)} ${text}`),
  ]
}

const quoted = (text: string): string => JSON.stringify(text)

/** For Graphviz: an arrow leads to what something depends on. */
export const graphDot = ({project, environment, nodes}: Graph): string =>
  [
    `digraph ${quoted(`${project}/${environment}`)} {`,
    '  rankdir=LR;',
    ...nodes.map(({name, kind}) => `  ${quoted(name)} [shape=${kind === 'service' ? 'cylinder' : 'box'}];`),
    ...volumesOf(nodes).map((volume) => `  ${quoted(`volume ${volume}`)} [shape=folder];`),
    ...nodes.flatMap(({name, dependsOn, volumes}) => [
      ...dependsOn.map((on) => `  ${quoted(name)} -> ${quoted(on.name)} [label=${quoted(on.condition)}];`),
      ...volumes.map((volume) => `  ${quoted(name)} -> ${quoted(`volume ${volume}`)} [style=dashed];`),
    ]),
    '}',
  ].join('\n')

/** For Mermaid, as GitHub and GitLab draw it. */
export const graphMermaid = ({nodes}: Graph): string => {
  const ids = new Map(nodes.map(({name}, index) => [name, `n${index}`]))
  const volumes = new Map(volumesOf(nodes).map((name, index) => [name, `v${index}`]))
  return [
    'graph LR',
    ...nodes.map(({name, kind}) => {
      const [open, close] = kind === 'service' ? ['[(', ')]'] : ['[', ']']
      return `  ${ids.get(name)}${open}${quoted(name)}${close}`
    }),
    ...[...volumes].map(([name, id]) => `  ${id}[/${quoted(name)}/]`),
    ...nodes.flatMap(({name, dependsOn, volumes: own}) => [
      ...dependsOn.flatMap((on) =>
        ids.has(on.name) ? [`  ${ids.get(name)} -->|${on.condition}| ${ids.get(on.name)}`] : [],
      ),
      ...own.map((volume) => `  ${ids.get(name)} -.-> ${volumes.get(volume)}`),
    ]),
  ].join('\n')
}

const volumesOf = (nodes: readonly GraphNode[]): string[] => [...new Set(nodes.flatMap(({volumes}) => volumes))]
