import type {ImageSide, RunSide, SideFacts} from '../../../src/parity/facts.ts'
import type {FileFact} from '../../../src/parity/image/facts.ts'

/** An image that nothing is wrong with. */
export const imageSide = (own: Partial<ImageSide> = {}): ImageSide => ({
  names: ['shop:1'],
  id: `sha256:${'1'.repeat(64)}`,
  platform: 'linux/amd64',
  created: '2026-01-02T03:04:05Z',
  size: 1000,
  layers: [
    {
      diffId: `sha256:${'a'.repeat(64)}`,
      digest: `sha256:${'a'.repeat(64)}`,
      size: 500,
      compression: 'none',
      createdBy: 'ADD rootfs.tar /',
    },
    {
      diffId: `sha256:${'b'.repeat(64)}`,
      digest: `sha256:${'b'.repeat(64)}`,
      size: 300,
      compression: 'none',
      createdBy: 'RUN /bin/sh -c npm ci # buildkit',
    },
    {
      diffId: `sha256:${'c'.repeat(64)}`,
      digest: `sha256:${'c'.repeat(64)}`,
      size: 200,
      compression: 'none',
      createdBy: 'COPY . . # buildkit',
    },
  ],
  packages: [],
  runtimes: [],
  dependencies: [],
  files: {digest: 'sha256:0', count: 0, list: []},
  ...own,
  config: {
    user: 'node',
    workdir: '/app',
    entrypoint: [],
    command: ['node', 'server.js'],
    env: [],
    ports: [],
    volumes: [],
    labels: {},
    stopSignal: '',
    healthcheck: {test: ['CMD', 'true']},
    ...own.config,
  },
})

export const imageOnly = (own: Partial<ImageSide> = {}): SideFacts => ({
  name: 'image:shop:1',
  image: imageSide(own),
  gaps: [],
})

/** Only some of the config. */
export const configured = (config: Partial<ImageSide['config']>): SideFacts =>
  imageOnly({config: {...imageSide().config, ...config}})

/** A container that nothing is wrong with. */
export const runSide = (own: Partial<RunSide> = {}): RunSide => ({
  source: 'compose:compose.yaml#web',
  config: {},
  env: [],
  memoryBytes: 1e9,
  capAdd: [],
  capDrop: [],
  privileged: false,
  tmpfs: [],
  mounts: [],
  networks: [],
  publishes: [],
  ...own,
})

export const file = (path: string, mode = 0o644, own: Partial<FileFact> = {}): FileFact => ({
  path,
  kind: 'file',
  mode,
  uid: 0,
  gid: 0,
  size: 10,
  sha256: '00',
  layer: 1,
  ...own,
})
