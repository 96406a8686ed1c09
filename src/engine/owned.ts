import type {Engine, InstanceSpec} from '../lifecycle/ports.ts'

const ownerLabel = 'imm.owner'

/**
 * The engine as one user of it: marks what it makes, and sees nothing of what another imm made there. On a shared engine one user's
 * `imm down --all` must not end another's work.
 */
export const ownedEngine = (engine: Engine, owner: string): Engine => {
  const mark = {[ownerLabel]: owner}
  return {
    ...engine,
    build: async (request, signal) => engine.build({...request, labels: {...request.labels, ...mark}}, signal),
    addLayer: async (request, signal) => engine.addLayer({...request, labels: {...request.labels, ...mark}}, signal),
    sandbox: async (spec, signal) => engine.sandbox({...spec, labels: {...spec.labels, ...mark}}, signal),
    start: async (spec, signal) => engine.start({...spec, ...marked(spec, mark)}, signal),
    runOnce: async (spec, onLine, signal) => engine.runOnce({...spec, ...marked(spec, mark)}, onLine, signal),
    images: async (labels, signal) => engine.images({...labels, ...mark}, signal),
    instances: async (labels, signal) => engine.instances({...labels, ...mark}, signal),
    imageUsage: async (labels, signal) => engine.imageUsage({...labels, ...mark}, signal),
    volumes: async (labels, signal) => engine.volumes({...labels, ...mark}, signal),
    networks: async (labels, signal) => engine.networks({...labels, ...mark}, signal),
    network: async (spec, signal) => engine.network({...spec, labels: {...spec.labels, ...mark}}, signal),
    createVolume: async (spec, signal) => engine.createVolume({...spec, labels: {...spec.labels, ...mark}}, signal),
    copyVolume: async (copy, signal) => engine.copyVolume({...copy, labels: {...copy.labels, ...mark}}, signal),
    fillVolume: async (filling, signal) =>
      engine.fillVolume({...filling, labels: {...filling.labels, ...mark}}, signal),
    storeInVolume: async (stored, signal) =>
      engine.storeInVolume({...stored, labels: {...stored.labels, ...mark}}, signal),
    storedInVolume: (name, labels, signal) => engine.storedInVolume(name, {...labels, ...mark}, signal),
    events: (labels, signal) => engine.events({...labels, ...mark}, signal),
  }
}

type Marks = Readonly<Record<string, string>>

const marked = ({labels, volumes}: Pick<InstanceSpec, 'labels' | 'volumes'>, mark: Marks) => ({
  labels: {...labels, ...mark},
  // One without labels is somebody else's.
  volumes: volumes.map((volume) =>
    Object.keys(volume.labels).length === 0 ? volume : {...volume, labels: {...volume.labels, ...mark}},
  ),
})

/** Whether another imm than the owner's has anything of a project's name on the engine. */
export const isTakenByAnother = async (
  engine: Engine,
  owner: string,
  project: string,
  signal: AbortSignal,
): Promise<boolean> => {
  const labels = {'imm.project': project}
  const found = await Promise.all([
    engine.instances(labels, signal),
    engine.images(labels, signal),
    engine.volumes(labels, signal),
    engine.networks(labels, signal),
  ])
  return found.flat().some((one) => one.labels[ownerLabel] !== undefined && one.labels[ownerLabel] !== owner)
}
