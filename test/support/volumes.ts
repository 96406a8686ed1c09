import type {Hold, HoldNote, VolumeHappening, VolumesAt} from '../../src/lifecycle/volumes/at.ts'
import {findVolume} from '../../src/lifecycle/volumes/read.ts'
import {serviceLabels, sharedLabels, type ServiceIdentity} from '../../src/release/services.ts'
import {fakeClock} from './lifecycle-clock.ts'
import {memoryEngine} from './memory-engine/memory-engine.ts'
import {environment as id, noSignal} from './services.ts'

export const volume = 'imm_shop_main.data'

/** An environment on the memory engine with a volume, and what work on it said and noted. */
export const volumeBench = async (lookedAfter = false) => {
  const engine = memoryEngine({sockets: false})
  const clock = fakeClock()
  clock.hurry()
  const told: VolumeHappening[] = []
  const notes: HoldNote[] = []
  const at: VolumesAt = {
    id,
    engine,
    clock,
    lookedAfter: async () => lookedAfter,
    tell: (happening) => void told.push(happening),
    async hold(first): Promise<Hold> {
      notes.push({...first})
      return {
        incomplete: false,
        note: async (change) => void notes.push({...(notes.at(-1) ?? first), ...change}),
        leaveNote() {},
        forgetNote() {},
        async [Symbol.asyncDispose]() {},
      }
    },
  }
  engine.offer('db:1', {})
  const image = await engine.pull({reference: 'db:1', onProgress: () => {}}, noSignal)
  await engine.createVolume({name: volume, labels: sharedLabels(id)}, noSignal)
  const fill = async (name: string, text: string) => {
    const content = (async function* () {
      yield Buffer.from(text)
    })()
    await engine.storeInVolume({volume: name, labels: {}, content, onProgress: () => {}}, noSignal)
  }
  const read = async (name: string) =>
    Buffer.concat(await Array.fromAsync(engine.storedInVolume(name, {}, noSignal))).toString()
  const start = async (service: string, labels: Record<string, string>) =>
    engine.start(
      {
        name: `imm_shop_main.${service}`,
        image: image.id,
        labels,
        env: {WHO: service},
        command: undefined,
        user: undefined,
        port: 0,
        volumes: [{name: volume, path: '/data', readOnly: false, labels: {}}],
        tmpfs: [],
        memoryBytes: undefined,
        cpus: undefined,
      },
      noSignal,
    )
  const startService = async (service: string, more: Partial<ServiceIdentity> = {}) =>
    start(
      service,
      serviceLabels({...id, service, definition: 'sha256:1', completes: false, needs: [], stopGraceMs: 0, ...more}),
    )
  const found = async () => findVolume('data', id, engine, noSignal)
  const types = () => told.map(({type}) => type).filter((type) => type !== 'progress')
  return {engine, at, told, notes, fill, read, start, startService, found, types}
}
