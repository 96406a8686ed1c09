import type {Server} from 'node:net'

import type {PortServer} from '../accept.ts'
import type {Inherit} from '../handover/inherit.ts'
import type {Place} from '../handover/messages.ts'
import type {LinkPorts} from '../links.ts'
import {openPort} from '../listen.ts'
import type {OpenPort} from '../listen.ts'
import type {HttpsStatus} from '../status.ts'
import type {Https} from './https.ts'

const remedy =
  'Stop that program, choose another port with IMM_PROXY_HTTPS_PORT, or unset it: https then shares the port.'

/** The ports that lead to all routes. */
export interface SharedPorts extends OpenPort {
  https(): HttpsStatus
  links(): LinkPorts
  listenerAt(place: Place): Server | undefined
}

/** Adds a port for https to the main one, which speaks it as well. `wanted` 0: the main one has to do. */
export const withHttpsPort = async (
  main: OpenPort,
  wanted: number,
  createServer: () => PortServer,
  https: Https,
  inherit?: Inherit,
  addresses?: readonly string[],
): Promise<SharedPorts> => {
  const own =
    wanted === 0 || wanted === main.port ? undefined : await openOwn(main, wanted, createServer, inherit, addresses)
  const {port} = own ?? main
  return {
    ...main,
    https: () => ({
      port,
      trusted: https.isTrusted(),
      untilMs: https.current()?.untilMs,
      ...givenUntil(https),
    }),
    links: () => ({http: main.port, https: https.isTrusted() ? port : undefined, given: givenLinks(https, port)}),
    stop() {
      main.stop()
      own?.stop()
    },
    listenerAt: (place) => [main, own].find((open) => open?.port === place.port)?.listener(place.host),
    async giveWay() {
      await Promise.all([main.giveWay(), own?.giveWay()])
    },
    async [Symbol.asyncDispose]() {
      await main[Symbol.asyncDispose]()
      await own?.[Symbol.asyncDispose]()
    },
  }
}

const givenUntil = (https: Https): Pick<HttpsStatus, 'givenUntilMs'> => {
  const given = https.given()
  return given === undefined ? {} : {givenUntilMs: given.certificate.untilMs}
}

const givenLinks = (https: Https, port: number): LinkPorts['given'] => {
  const given = https.given()
  return given && {port, covers: (host) => given.certificate.covers(host)}
}

const openOwn = async (
  main: OpenPort,
  wanted: number,
  createServer: () => PortServer,
  inherit: Inherit | undefined,
  addresses: readonly string[] | undefined,
): Promise<OpenPort> => {
  try {
    return await openPort(wanted, remedy, createServer, inherit, addresses)
  } catch (error) {
    await main[Symbol.asyncDispose]()
    throw error
  }
}
