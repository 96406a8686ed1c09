import type {InstanceSpec} from '../../../src/lifecycle/ports.ts'

export const isSandbox = ({spec: {labels}}: {spec: InstanceSpec}): boolean => labels['imm.role'] === 'sandbox'

export const sandboxImage = `sha256:${'5'.repeat(64)}`

/** A sandbox is a container whose program does nothing. */
export const sandboxSpec = (name: string, labels: Readonly<Record<string, string>>, port: number): InstanceSpec => ({
  name,
  image: sandboxImage,
  labels,
  env: {},
  command: undefined,
  user: undefined,
  port,
  volumes: [],
  tmpfs: [],
  memoryBytes: undefined,
  cpus: undefined,
})
