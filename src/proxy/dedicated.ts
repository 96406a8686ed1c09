import {createPortServer} from './accept.ts'
import type {RouteOf} from './fast/port.ts'
import type {FrontHandler} from './front.ts'
import {openPort} from './listen.ts'
import type {OpenPort} from './listen.ts'

/** Ports that lead to one route each. */
export interface DedicatedPorts {
  /** PORT_IN_USE where somebody else has it; open already is fine */
  open(port: number): Promise<void>
  closeAllBut(wanted: ReadonlyMap<number, unknown>): Promise<void>
  /** Stops accepting; what is under way goes on. */
  stop(): void
}

const remedy = 'Stop that program, or choose another `--port`.'

export const dedicatedPorts = (
  handler: (port: number) => FrontHandler,
  routeOf: (port: number) => RouteOf,
): DedicatedPorts => {
  const ports = new Map<number, OpenPort>()
  return {
    async open(port) {
      if (ports.has(port)) return
      ports.set(port, await openPort(port, remedy, () => createPortServer(handler(port), routeOf(port))))
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
  }
}
