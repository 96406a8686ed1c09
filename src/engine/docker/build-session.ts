import type {Duplex} from 'node:stream'

import type DockerModem from 'docker-modem'
import Docker from 'dockerode'

/**
 * A client for one BuildKit build. dockerode opens a second connection for it (the session, by which BuildKit asks for credentials), and
 * closes that only when the build's answer ends well: here it is closed in every case, and a broken one kills nobody.
 */
export const sessionClient = (docker: Docker, signal: AbortSignal): Disposable & {docker: Docker} => {
  const sockets: Duplex[] = []
  const modem = Object.create(docker.modem) as DockerModem
  modem.dial = (options, callback) => {
    const real: DockerModem = docker.modem
    if (!options.hijack) return real.dial(options, callback)
    const headers = {...options.headers, 'X-Docker-Expose-Session-Name': 'imm'}
    return real.dial({...options, headers, abortSignal: signal}, (error, socket) => {
      if (socket) sockets.push((socket as Duplex).on('error', () => {}))
      callback?.(error, socket)
    })
  }
  return {
    docker: new Docker({modem} as Docker.DockerOptions),
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
