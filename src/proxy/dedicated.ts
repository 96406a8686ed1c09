import type {PortServer} from './accept.ts'
import type {Inherit} from './handover/inherit.ts'
import {openPort} from './listen.ts'
import type {OpenPort} from './listen.ts'

/** Ports that lead to one route each. */
export interface DedicatedPorts {
  /** PORT_IN_USE where somebody else has it; open already is fine */
  open(port: number): Promise<void>
  closeAllBut(wanted: ReadonlyMap<number, unknown>): Promise<void>
  /** Stops accepting; what is under way goes on. */
  stop(): void
  port(port: number): OpenPort | undefined
  /** See OpenPort. */
  giveWay(): Promise<void>
}

const remedy = 'Stop that program, or choose another `--port`.'

/** `serve`: makes the server of a port. */
export const dedicatedPorts = (serve: (port: number) => () => PortServer, inherit?: Inherit): DedicatedPorts => {
  const ports = new Map<number, OpenPort>()
  return {
    async open(port) {
      if (ports.has(port)) return
      ports.set(port, await openPort(port, remedy, serve(port), inherit))
    },
    async closeAllBut(wanted) {
      for (const [port, open] of ports) {
        if (wanted.has(port)) continue
        ports.delete(port)
        await open[Symbol.asyncDispose]()
      }
    },
    stop() {
      for (const open of ports.values()) open.stop()
    },
    port: (port) => ports.get(port),
    async giveWay() {
      await Promise.all([...ports.values()].map(async (open) => open.giveWay()))
    },
  }
}
