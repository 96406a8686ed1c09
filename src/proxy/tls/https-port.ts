import type {PortServer} from '../accept.ts'
import {openPort} from '../listen.ts'
import type {OpenPort} from '../listen.ts'

const remedy =
  'Stop that program, choose another port with IMM_PROXY_HTTPS_PORT, or unset it: https then shares the port.'

export interface SharedPorts extends OpenPort {
  /** where https is spoken; the main port speaks it as well */
  httpsPort: number
}

/** Adds a port for https to the main one. `wanted` 0: the main one does for both. */
export const withHttpsPort = async (
  main: OpenPort,
  wanted: number,
  createServer: () => PortServer,
): Promise<SharedPorts> => {
  if (wanted === 0 || wanted === main.port) return {...main, httpsPort: main.port}
  try {
    const own = await openPort(wanted, remedy, createServer)
    return {
      ...main,
      httpsPort: own.port,
      stop() {
        main.stop()
        own.stop()
      },
      async [Symbol.asyncDispose]() {
        await main[Symbol.asyncDispose]()
        await own[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await main[Symbol.asyncDispose]()
    throw error
  }
}
