import {dependencyFile, readDependencies} from '../../../src/parity/dependencies/dependencies.ts'
import type {Description} from '../../../src/parity/describe/describe.ts'
import {describeImage} from '../../../src/parity/describe/describe.ts'
import {wantedFiles} from '../../../src/parity/describe/wanted.ts'
import type {RunSide, SideFacts, WebSide} from '../../../src/parity/facts.ts'
import {readImage} from '../../../src/parity/image/read-image.ts'
import {readRuntimes, runtimeFile} from '../../../src/parity/runtimes/runtimes.ts'
import {type compressions, dockerArchive, ociArchive, streamOf, tarOf} from '../image/archives.ts'
import {entriesOf, type Files, layers, type Shop, shop} from './shop.ts'

export interface Building {
  mtime?: Date
  created?: string
  /** of Docker, or an OCI layout with layers stored so */
  archive?: 'docker' | keyof typeof compressions
  architecture?: string
  /** as lists of layers, the lowest first; as the shop has them where left out */
  split?: (shop: Shop) => readonly Files[]
  history?: readonly object[]
  names?: readonly string[]
  base?: Description['base']
}

export const slim = {
  name: 'node:24-slim',
  digest: `sha256:${'1'.repeat(64)}`,
  created: '2026-01-01T00:00:00Z',
  layers: 1,
}

/** A real archive, read and described as `imm parity` does. */
export const built = async (name: string, of: Shop, building: Building = {}): Promise<SideFacts> => {
  const {mtime = new Date(0), archive = 'docker', split, base = slim, created, architecture, history, names} = building
  const files = split?.(of) ?? layers.map((layer) => of[layer])
  const image = {
    layers: await Promise.all(files.map((each) => tarOf(entriesOf(each, mtime)))),
    config: of.config,
    ...(names && {names}),
    ...(history && {history}),
    top: {...(created && {created}), ...(architecture && {architecture})},
  }
  const bytes = archive === 'docker' ? await dockerArchive(image) : await ociArchive(image, archive)
  const wanted = wantedFiles(runtimeFile, dependencyFile)
  const facts = await readImage(streamOf(bytes, 64 * 1024), {wanted}, new AbortController().signal)
  return {name, ...describeImage(facts, {base, runtimesOf: readRuntimes, dependenciesOf: readDependencies})}
}

const shops = new Map<string, Promise<SideFacts>>()

/** The shop as it is, read once. */
export const plainShop = (name: string): Promise<SideFacts> => {
  const found = shops.get(name) ?? built(name, shop)
  shops.set(name, found)
  return found
}

export const run: RunSide = {
  source: 'compose.yaml#web',
  image: 'shop:1',
  config: {},
  env: [
    {name: 'DATABASE_URL', value: 'postgres://db/shop'},
    {name: 'SESSION_KEY', secret: 'sha256:a'},
    {name: 'MODE', value: 'shop'},
  ],
  memoryBytes: 512 * 1024 * 1024,
  cpus: 1,
  capAdd: [],
  capDrop: ['ALL'],
  privileged: false,
  noNewPrivileges: true,
  readOnlyRoot: true,
  tmpfs: ['/tmp:size=64m,mode=1777'],
  mounts: [{path: '/data', kind: 'volume', readOnly: false}],
  networks: ['backend', 'frontend'],
  publishes: ['3000/tcp'],
  restart: 'always',
  replicas: 2,
  stopGraceMs: 10_000,
}

export const runs = (name: string, changes: Partial<RunSide> = {}): SideFacts => ({
  name,
  run: {...run, ...changes},
  gaps: [],
})

export const web: WebSide = {
  url: 'https://shop.example.org/',
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    server: 'nginx',
    'strict-transport-security': 'max-age=31536000',
  },
  tls: {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    issuer: "Let's Encrypt",
    subject: 'shop.example.org',
    validTo: '2027-01-01T00:00:00Z',
    trusted: true,
  },
  protocol: 'h2',
}

export const answers = (name: string, changes: Partial<WebSide> = {}): SideFacts => ({
  name,
  web: {...web, ...changes},
  gaps: [],
})
