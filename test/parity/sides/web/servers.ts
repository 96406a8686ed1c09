import {generateKeyPairSync, X509Certificate} from 'node:crypto'
import {createServer, type RequestListener, type Server, type ServerResponse} from 'node:http'
import {createSecureServer, type Http2SecureServer} from 'node:http2'
import {createServer as createHttpsServer} from 'node:https'
import type {AddressInfo} from 'node:net'

import {authorityCertificate} from '../../../../src/tls/certificate.ts'

export interface TestServer extends AsyncDisposable {
  port: number
}

export const untilMs = Date.UTC(2031, 0, 2)

/** A certificate that its own key has signed. */
const selfSigned = (): {key: string; cert: string} => {
  const {privateKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const cert = authorityCertificate('imm parity test', privateKey, {fromMs: Date.now() - 86_400_000, untilMs})
  return {key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(), cert: new X509Certificate(cert).toString()}
}

/** HTTP/2 over TLS. */
export const http2Server = (
  answer: (response: Pick<ServerResponse, 'writeHead' | 'end'>) => void,
): Promise<TestServer> =>
  listening(createSecureServer(selfSigned(), (_request, response) => answer(response as unknown as ServerResponse)))

/** HTTP/1.1 alone over TLS. */
export const httpsServer = (listener: RequestListener): Promise<TestServer> =>
  listening(createHttpsServer(selfSigned(), listener))

export const httpServer = (listener: RequestListener): Promise<TestServer> => listening(createServer(listener))

const listening = async (server: Server | Http2SecureServer): Promise<TestServer> => {
  const {promise, resolve} = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
