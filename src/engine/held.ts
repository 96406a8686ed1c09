import type {Engine, VolumeMount} from '../lifecycle/ports.ts'

/** Who knows which volumes are worked on, by any imm of this user. */
export interface VolumeGate {
  /** Resolves once nobody works on any of them. VOLUME_INCOMPLETE for one that somebody has not done with and never will. */
  volumes(names: readonly string[], signal: AbortSignal): Promise<void>
  /** Resolves once nobody keeps the container paused. */
  container(id: string, signal: AbortSignal): Promise<void>
  /** A volume is gone: whatever was known of it. */
  gone(name: string): Promise<void>
}

/**
 * The engine with respect for work on volumes: no container gets a volume that is being copied or overwritten, whoever starts it: a release,
 * a service that is brought back, a job.
 */
export const heldEngine = (engine: Engine, gate: VolumeGate): Engine => ({
  ...engine,
  async start(spec, signal) {
    await gate.volumes(namesOf(spec.volumes), signal)
    return engine.start(spec, signal)
  },
  async runOnce(spec, onLine, signal) {
    await gate.volumes(namesOf(spec.volumes), signal)
    return engine.runOnce(spec, onLine, signal)
  },
  async unpause(id, signal) {
    await gate.container(id, signal)
    return engine.unpause(id, signal)
  },
  async resume(id, signal) {
    await gate.container(id, signal)
    return engine.resume(id, signal)
  },
  async removeVolume(name, signal) {
    await engine.removeVolume(name, signal)
    await gate.gone(name)
  },
})

const namesOf = (volumes: readonly VolumeMount[]): string[] => volumes.map(({name}) => name)
