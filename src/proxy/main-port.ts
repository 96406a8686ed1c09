import type {PortServer} from './accept.ts'
import type {Inherit} from './handover/inherit.ts'
import {openPort} from './listen.ts'
import type {OpenPort} from './listen.ts'
import type {Log} from './log.ts'

const remedy = 'Stop that program, or choose another port with IMM_PROXY_PORT.'

/** A port chosen once stays: links, cookies and other processes know it. */
export const openMain = async (
  wanted: number,
  before: number,
  createServer: () => PortServer,
  log: Log,
  inherit?: Inherit,
  addresses?: readonly string[],
): Promise<OpenPort> => {
  if (wanted !== 0 || before === 0) return openPort(wanted, remedy, createServer, inherit, addresses)
  try {
    return await openPort(before, remedy, createServer, undefined, addresses)
  } catch (error) {
    log(`port ${before}, used before: ${String(error)}`)
    return openPort(0, remedy, createServer, undefined, addresses)
  }
}
