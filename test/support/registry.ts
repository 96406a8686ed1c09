import {createHash} from 'node:crypto'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {gzipSync} from 'node:zlib'

/** A registry on loopback with one image, as much of the distribution API as a pull needs. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:40000`: engines speak plain HTTP there */
  host: string
  /** `Authorization` of the requests so far */
  authorizations: (string | undefined)[]
}

interface Blob {
  bytes: Buffer
  type: string
}

const docker = 'application/vnd.docker'

/** `login`: user and password that it asks for. */
export const registry = async (name: string, tar: Buffer, login?: string): Promise<Registry> => {
  const layer = gzipSync(tar)
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: {Cmd: ['sh']},
      rootfs: {type: 'layers', diff_ids: [digestOf(tar)]},
    }),
  )
  const descriptor = (bytes: Buffer, type: string) => ({mediaType: type, size: bytes.length, digest: digestOf(bytes)})
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${docker}.distribution.manifest.v2+json`,
      config: descriptor(config, `${docker}.container.image.v1+json`),
      layers: [descriptor(layer, `${docker}.image.rootfs.diff.tar.gzip`)],
    }),
  )
  const blobs = new Map<string, Blob>([
    [`/v2/${name}/blobs/${digestOf(config)}`, {bytes: config, type: 'application/octet-stream'}],
    [`/v2/${name}/blobs/${digestOf(layer)}`, {bytes: layer, type: 'application/octet-stream'}],
    ...['1', digestOf(manifest)].map(
      (tag) =>
        [`/v2/${name}/manifests/${tag}`, {bytes: manifest, type: `${docker}.distribution.manifest.v2+json`}] as const,
    ),
  ])
  const authorizations: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const {authorization} = request.headers
    authorizations.push(authorization)
    const isKnown = login === undefined || authorization === `Basic ${Buffer.from(login).toString('base64')}`
    if (isKnown) answer(request, response, blobs)
    else response.writeHead(401, {'www-authenticate': 'Basic realm="test"'}).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const answer = ({url = '', method}: IncomingMessage, response: ServerResponse, blobs: ReadonlyMap<string, Blob>) => {
  const blob = blobs.get(url)
  if (url === '/v2/') return response.end('{}')
  if (!blob) {
    const errors = [{code: 'MANIFEST_UNKNOWN', message: 'manifest unknown'}]
    return response.writeHead(404, {'content-type': 'application/json'}).end(JSON.stringify({errors}))
  }
  response.writeHead(200, {
    'content-type': blob.type,
    'content-length': blob.bytes.length,
    'docker-content-digest': digestOf(blob.bytes),
  })
  return response.end(method === 'HEAD' ? undefined : blob.bytes)
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
