import type {Graph} from '../wiring/graph.ts'
import {networksShown, volumeNames} from './graph-parts.ts'

const quoted = (text: string): string => JSON.stringify(text)

/** For Graphviz: an arrow leads to what something depends on. */
export const graphDot = ({project, environment, nodes}: Graph): string => {
  const networks = networksShown(nodes)
  return [
    `digraph ${quoted(`${project}/${environment}`)} {`,
    '  rankdir=LR;',
    ...nodes.map(
      ({name, kind, addresses}) =>
        `  ${quoted(name)} [shape=${kind === 'service' ? 'cylinder' : 'box'}, label=${quoted([name, ...addresses].join('\n'))}];`,
    ),
    ...networks.map((name) => `  ${quoted(`network ${name}`)} [shape=ellipse];`),
    ...volumeNames(nodes).map((name) => `  ${quoted(`volume ${name}`)} [shape=folder];`),
    ...nodes.flatMap((node) => [
      ...node.dependsOn.map((on) => `  ${quoted(node.name)} -> ${quoted(on.name)} [label=${quoted(on.condition)}];`),
      ...node.networks
        .filter((on) => networks.includes(on))
        .map((on) => `  ${quoted(node.name)} -> ${quoted(`network ${on}`)} [style=dotted, dir=none];`),
      ...node.volumes.map(
        ({name, path}) =>
          `  ${quoted(node.name)} -> ${quoted(`volume ${name}`)} [style=dashed, label=${quoted(path)}];`,
      ),
    ]),
    '}',
  ].join('\n')
}
