import {createHash} from 'node:crypto'

import type {ConfigSide, ImageSide, LayerSide, RunSide, SideFacts} from '../../../src/parity/facts.ts'
import type {FileFact} from '../../../src/parity/image/facts.ts'

export const config: ConfigSide = {
  user: '',
  workdir: '',
  entrypoint: [],
  command: [],
  env: [],
  ports: [],
  volumes: [],
  labels: {},
  stopSignal: '',
}

export const layer = (name: string): LayerSide => ({
  diffId: `sha256:${name}`,
  digest: `sha256:${name}`,
  size: 1000,
  compression: 'none',
})

export const image = (changes: Partial<ImageSide> = {}): ImageSide => ({
  names: [],
  id: 'sha256:id',
  platform: 'linux/amd64',
  size: 1000,
  layers: [layer('base'), layer('app')],
  config,
  packages: [],
  runtimes: [],
  dependencies: [],
  files: files(),
  ...changes,
})

export const file = (path: string, content = 'x', more: Partial<FileFact> = {}): FileFact => ({
  path,
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  layer: 1,
  ...more,
})

export const directory = (path: string, more: Partial<FileFact> = {}): FileFact => ({
  path,
  kind: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  layer: 1,
  ...more,
})

export const files = (...list: readonly FileFact[]): ImageSide['files'] => ({
  digest: createHash('sha256').update(JSON.stringify(list)).digest('hex'),
  count: list.length,
  list,
})

export const run = (changes: Partial<RunSide> = {}): RunSide => ({
  source: 'compose.yaml#web',
  config: {},
  env: [],
  capAdd: [],
  capDrop: [],
  privileged: false,
  tmpfs: [],
  mounts: [],
  networks: [],
  publishes: [],
  ...changes,
})

export const side = (name: string, facts: Partial<SideFacts> = {}): SideFacts => ({name, gaps: [], ...facts})

export const dpkg = (versions: Readonly<Record<string, string>>): ImageSide['packages'] => [
  {
    manager: 'dpkg',
    packages: Object.entries(versions).map(([name, version]) => ({name, version, architecture: 'amd64'})),
  },
]
