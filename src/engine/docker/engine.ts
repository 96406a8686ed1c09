import type {Engine} from '../../lifecycle/ports.ts'
import {archive} from './archive.ts'
import {build} from './build.ts'
import {canonical} from './canonical/canonical.ts'
import {configOf} from './canonical/config-of.ts'
import {changes} from './changes.ts'
import type {Client} from './client.ts'
import {details} from './details.ts'
import {buildCache, imageUsage, volumeSizes, written} from './disk.ts'
import {events} from './events.ts'
import {execution} from './execution.ts'
import {halt, resume} from './halt.ts'
import {healthcheck} from './healthcheck.ts'
import {image, images, named, tag, untag} from './images.ts'
import {content} from './inside/content.ts'
import {files} from './inside/files.ts'
import {inside} from './inside/inside.ts'
import {look} from './inside/look.ts'
import {instance, instances, pause, unpause} from './instances.ts'
import {addLayer} from './layers/add-layer.ts'
import {layering} from './layers/layering.ts'
import {listening} from './listening.ts'
import {logs} from './logs.ts'
import {making} from './making.ts'
import {network, networkNamed, networks, removeNetwork} from './networks.ts'
import {pull} from './registry/pull.ts'
import {remove, stop} from './remove.ts'
import {runOnce} from './run-once.ts'
import {sandbox} from './sandbox/sandbox.ts'
import {start} from './start.ts'
import {startedWith} from './started-with.ts'
import {leftTrials} from './trial/sweep.ts'
import {hasTriggers} from './triggers.ts'
import {usage} from './usage.ts'
import {copyVolume} from './volume/copy.ts'
import {fillVolume} from './volume/fill.ts'
import {storedInVolume, storeInVolume} from './volume/stored.ts'
import {volumeUsers} from './volume/users.ts'
import {createVolume, removeVolume, volumeNamed, volumes} from './volumes.ts'

/** The engine port on what speaks Docker's Engine API: Docker, Podman, Colima, OrbStack, Rancher Desktop. */
export const dockerEngine = (client: Client): Engine => ({
  facts: client.facts,
  build: (request, signal) => build(client, request, signal),
  canonical: (request, signal) => canonical(client, request, signal),
  config: (of, signal) => configOf(client, of, signal),
  images: (labels, signal) => images(client, labels, signal),
  image: (reference, signal) => image(client, reference, signal),
  named: (signal) => named(client, signal),
  layering: (signal) => layering(client, signal),
  addLayer: (request, signal) => addLayer(client, request, signal),
  look: (of, above, paths, signal) => look(client, of, above, paths, signal),
  archive: (of, signal) => archive(client, of, signal),
  files: (of, signal) => files(client, of, signal),
  sandbox: (spec, signal) => sandbox(client, spec, signal),
  hasTriggers: (reference, signal) => hasTriggers(client, reference, signal),
  tag: (id, reference, signal) => tag(client, id, reference, signal),
  untag: (reference, signal) => untag(client, reference, signal),
  start: (spec, signal) => start(client, spec, signal),
  runOnce: (spec, onLine, signal) => runOnce(client, spec, onLine, signal),
  instance: (id, signal) => instance(client, id, signal),
  instances: (labels, signal) => instances(client, labels, signal),
  details: (id, signal) => details(client, id, signal),
  making: (id, signal) => making(client, id, signal),
  changes: (id, signal) => changes(client, id, signal),
  inside: (of, paths, signal) => inside(client, of, paths, signal),
  content: (of, path, signal) => content(client, of, path, signal),
  exec: (id, request, signal) => execution(client, id, request, signal),
  pause: (id, signal) => pause(client, id, signal),
  unpause: (id, signal) => unpause(client, id, signal),
  remove: (id, graceMs, signal) => remove(client, id, graceMs, signal),
  stop: (id, graceMs, signal) => stop(client, id, graceMs, signal),
  halt: (id, graceMs, signal) => halt(client, id, graceMs, signal),
  resume: (id, signal) => resume(client, id, signal),
  startedWith: (id, signal) => startedWith(client, id, signal),
  imageUsage: (labels, signal) => imageUsage(client, labels, signal),
  written: (id, signal) => written(client, id, signal),
  buildCache: (signal) => buildCache(client, signal),
  leftTrials: (signal) => leftTrials(client, signal),
  logs: (id, options, signal) => logs(client, id, options, signal),
  events: (labels, signal) => events(client, labels, signal),
  listening: (id, signal) => listening(client, id, signal),
  healthcheck: (id, signal) => healthcheck(client, id, signal),
  usage: (id, signal) => usage(client, id, signal),
  volumes: (labels, signal) => volumes(client, labels, signal),
  removeVolume: (name, signal) => removeVolume(client, name, signal),
  createVolume: (spec, signal) => createVolume(client, spec, signal),
  network: (spec, signal) => network(client, spec, signal),
  networks: (labels, signal) => networks(client, labels, signal),
  removeNetwork: (name, signal) => removeNetwork(client, name, signal),
  pull: (request, signal) => pull(client, request, signal),
  networkNamed: (name, signal) => networkNamed(client, name, signal),
  volumeNamed: (name, signal) => volumeNamed(client, name, signal),
  volumeUsers: (name, signal) => volumeUsers(client, name, signal),
  volumeSizes: (signal) => volumeSizes(client, signal),
  copyVolume: (copy, signal) => copyVolume(client, copy, signal),
  fillVolume: (filling, signal) => fillVolume(client, filling, signal),
  storeInVolume: (stored, signal) => storeInVolume(client, stored, signal),
  storedInVolume: (name, labels, signal) => storedInVolume(client, name, labels, signal),
})
