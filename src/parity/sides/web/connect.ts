import {connect as connectPlain, isIP, type Socket} from 'node:net'
import {connect as connectTls, type PeerCertificate, type TLSSocket} from 'node:tls'

import type {TlsSide} from '../../facts.ts'
import {lookup} from '../../own-names.ts'

export interface Connection {
  socket: Socket
  /** undefined where there is none */
  tls: TlsSide | undefined
  isHttp2: boolean
}

/** A certificate that is not trusted is a fact to compare, and no secret is sent to whoever shows it. */
export const connectTo = async (url: URL, signal: AbortSignal): Promise<Connection> => {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const place = {host, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)), lookup}
  if (url.protocol !== 'https:') {
    const socket = connectPlain(place)
    await opened(socket, 'connect', signal)
    return {socket, tls: undefined, isHttp2: false}
  }
  const socket = connectTls({
    ...place,
    ...(isIP(host) === 0 ? {servername: host} : {}),
    rejectUnauthorized: false,
    ALPNProtocols: ['h2', 'http/1.1'],
  })
  await opened(socket, 'secureConnect', signal)
  return {socket, tls: tlsOf(socket), isHttp2: socket.alpnProtocol === 'h2'}
}

const opened = async (socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> => {
  const {promise, resolve, reject} = Promise.withResolvers<void>()
  const give = () => reject(signal.reason)
  signal.addEventListener('abort', give, {once: true})
  if (signal.aborted) give()
  socket.once(event, () => resolve())
  socket.on('error', reject)
  socket.once('close', () => reject(new Error('the connection was closed')))
  try {
    await promise
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', give)
  }
}

const tlsOf = (socket: TLSSocket): TlsSide => {
  const certificate = socket.getPeerCertificate() as Partial<PeerCertificate>
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    issuer: nameOf(certificate.issuer),
    subject: nameOf(certificate.subject),
    validTo: certificate.valid_to === undefined ? '' : new Date(certificate.valid_to).toISOString(),
    trusted: socket.authorized,
  }
}

const nameOf = (name: PeerCertificate['subject'] | undefined): string => String(name?.CN ?? name?.O ?? '')
