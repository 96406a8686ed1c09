import type {Socket} from 'node:net'
import {createSecureContext, createServer} from 'node:tls'
import type {SecureContext, TLSSocket} from 'node:tls'

import {certifiedHost} from '../../tls/certified-host.ts'
import {nameless} from '../../tls/host-certificate.ts'
import {handshakeTimeoutMs} from '../limits.ts'
import {serverNameOf} from './client-hello.ts'
import type {Given} from './given.ts'
import {sessionIdContext} from './host-contexts.ts'
import type {ShownContext} from './host-contexts.ts'
import type {Https} from './https.ts'

/** Who takes decrypted connections, by what the client has chosen (RFC 7301); the first that it knows as well is chosen. */
export interface Protocols {
  h2: (socket: TLSSocket) => void
  'http/1.1': (socket: TLSSocket) => void
}

/** Takes connections that begin with TLS, and gives them on decrypted. */
export interface SecureFront {
  take(socket: Socket, read: Buffer): void
  /** Ends those that are not done with their handshake. */
  closeHandshakes(): void
}

export const createSecureFront = (https: Https, protocols: Protocols, timeoutMs = handshakeTimeoutMs): SecureFront => {
  const handshakes = new Map<string, Handshake>()
  const server = createServer({
    ALPNProtocols: Object.keys(protocols),
    SNICallback: (name, respond) => void contextFor(https, name).then((context) => respond(null, context), respond),
    ticketKeys: https.ticketKeys,
    sessionIdContext,
  })
  server.on('secureConnection', (socket) => {
    endHandshake(handshakes, peerOf(socket))
    socket.allowHalfOpen = true
    // A client that offers nothing means HTTP/1.1.
    protocols[(socket.alpnProtocol || 'http/1.1') as keyof Protocols](socket)
  })
  let shown: ShownContext | undefined
  const begin = async (socket: Socket): Promise<void> => {
    const context = (await https.current()?.contextOf(nameless)) ?? https.given()
    if (context === undefined || socket.destroyed) return void socket.destroy()
    if (context !== shown) {
      server.setSecureContext({cert: context.certificate.pem, key: context.certificate.keyPem, sessionIdContext})
      server.setTicketKeys(https.ticketKeys)
      shown = context
    }
    server.emit('connection', socket)
  }
  return {
    take(socket, read) {
      socket.on('error', () => socket.destroy())
      if (!canShow(https, serverNameOf(read))) return refuse(socket)
      socket.pause()
      socket.unshift(read)
      // Nobody can end a half before there is a whole.
      socket.allowHalfOpen = false
      limitHandshake(handshakes, socket, timeoutMs)
      begin(socket).catch(() => socket.destroy())
    },
    closeHandshakes() {
      for (const {socket} of handshakes.values()) socket.destroy()
    },
  }
}

interface Handshake {
  socket: Socket
  limit: NodeJS.Timeout
}

/** Node's own limit starts anew with every byte. */
const limitHandshake = (handshakes: Map<string, Handshake>, socket: Socket, timeoutMs: number): void => {
  const peer = peerOf(socket)
  handshakes.set(peer, {socket, limit: setTimeout(() => socket.destroy(), timeoutMs)})
  socket.once('close', () => {
    // By now another one can come from the same port.
    if (handshakes.get(peer)?.socket === socket) endHandshake(handshakes, peer)
  })
}

const endHandshake = (handshakes: Map<string, Handshake>, peer: string): void => {
  clearTimeout(handshakes.get(peer)?.limit)
  handshakes.delete(peer)
}

/** The same for a connection and what is decrypted from it. */
const peerOf = ({remoteAddress, remotePort}: Socket): string => `${remoteAddress}:${remotePort}`

/** Whether there is a certificate for the name; who names none is shown whatever there is. */
const canShow = (https: Https, name: string | undefined): boolean => {
  const given = https.given()
  if (isCovered(given, name)) return true
  if (https.current() === undefined) return given !== undefined && name === undefined
  return certifiedHost(name) !== undefined
}

const isCovered = (given: Given | undefined, name: string | undefined): given is Given =>
  name !== undefined && given?.certificate.covers(name.toLowerCase()) === true

/** For a name that came too late to be refused, one without a certificate: it ends the handshake with an alert. */
const contextFor = async (https: Https, name: string): Promise<SecureContext> => {
  const given = https.given()
  if (isCovered(given, name)) return given.context
  const host = certifiedHost(name)
  if (host === undefined) return createSecureContext({sessionIdContext})
  const keys = https.current()
  if (keys === undefined) throw new Error('https was turned off')
  return (await keys.contextOf(host)).context
}

/** Alert record (RFC 8446 5.1 and 6): fatal, unrecognized_name. Browsers have words for this one. */
const unrecognizedName = Buffer.from([0x15, 3, 3, 0, 2, 2, 112])

const refuse = (socket: Socket): void => {
  // What else it sends is not read; it has said what there is to know.
  socket.end(unrecognizedName, () => socket.destroySoon())
}
