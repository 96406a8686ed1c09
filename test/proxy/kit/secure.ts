import {writeFile} from 'node:fs/promises'
import {request} from 'node:https'
import {connect} from 'node:tls'
import type {ConnectionOptions, TLSSocket} from 'node:tls'

import type {ExecutionContext} from 'ava'

import {ensureAuthority} from '../../../src/tls/authority.ts'
import type {Authority} from '../../../src/tls/authority.ts'
import {tlsPlace} from '../../../src/tls/place.ts'
import type {Answer, Ask} from './client.ts'
import {shopHost} from './proxy.ts'

/** What `imm proxy trust` leaves in the state directory, with no store of this machine touched. */
export const turnOnHttps = async (home: string): Promise<Authority> => {
  const place = tlsPlace(home)
  const authority = await ensureAuthority(place, Date.now())
  await writeFile(place.trusted, '[]')
  return authority
}

export type AskSecure = Ask & {ca: string; servername?: string}

/** One request over a TLS connection of its own, whose certificate is checked. */
export const askSecure = async (port: number, {ca, servername, ...ask}: AskSecure): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const {host = shopHost, method = 'GET', path = '/', headers = {}, body, address = '127.0.0.1'} = ask
    const outgoing = request({
      host: address,
      port,
      method,
      path,
      headers: {host, ...headers},
      agent: false,
      ca,
      servername: servername ?? host,
    })
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('latin1'),
          trailers: response.trailers,
        }),
      )
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })

/** A connection whose handshake is done; rejects with why it failed. */
export const secureConnection = async (
  t: ExecutionContext,
  port: number,
  options: ConnectionOptions,
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({host: '127.0.0.1', port, servername: shopHost, ...options}, () => resolve(socket))
    t.teardown(() => socket.destroy())
    socket.on('error', reject)
  })
