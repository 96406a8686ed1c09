import type {PortStatus} from '../wiring/ports.ts'
import {columnsOf, table} from './formats.ts'

/** `imm ports` for people. */
export const portsText = (ports: readonly PortStatus[], stream: {isTTY?: boolean; columns?: number}): string => {
  if (ports.length === 0) return 'Nothing is reached from this machine. `imm dev` starts the project.'
  const rows = ports.map(({name, kind, address, containerPort, protocol, problem}) => [
    name,
    kind,
    `${address}${kind === 'door' ? ' inside' : ''}${problem === undefined ? '' : ` (closed: ${problem})`}`,
    containerPort === undefined ? '' : `${containerPort}/${protocol === 'http' ? 'tcp' : protocol}`,
  ])
  return table(['NAME', 'KIND', 'ADDRESS', 'IN ITS CONTAINER'], rows, columnsOf(stream))
}
