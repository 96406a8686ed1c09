import {ignored, refused, supported, translated, type Rules} from './rule.ts'

const swarm = 'of Swarm, which imm does not use'
const ownCache = "the engine's own build cache is used"
const plainBuild = 'imm does not give it to the builder'

/** Every key of `build`. */
export const buildTable: Readonly<Record<string, Rules>> = {
  additional_contexts: refused(
    'the builder gets one context: copy from an image by its name, or have the files below the context',
  ),
  args: supported('given to the builder'),
  cache_from: ignored(ownCache),
  cache_to: ignored(ownCache),
  context: supported('a directory of this machine'),
  dockerfile: supported('a file in the context'),
  dockerfile_inline: supported('in place of the file'),
  entitlements: refused('the builder gets no rights beyond its own'),
  extra_hosts: ignored(plainBuild),
  isolation: ignored('of Windows containers, which imm does not run', 'default'),
  labels: ignored("labels of images are imm's own; `labels` of the service are its containers'"),
  network: ignored(plainBuild, 'default'),
  no_cache: ignored('a release is built from what changed', false),
  no_cache_filter: ignored('a release is built from what changed'),
  platforms: ignored("imm builds for the engine's own platform"),
  privileged: refused('the builder gets no rights beyond its own', false),
  provenance: ignored('imm keeps its own record of each release', 'false'),
  pull: ignored('a base image is pulled where it is missing', false),
  sbom: ignored('imm makes none', 'false'),
  secrets: supported("given through the builder's session, and in no image"),
  shm_size: ignored(plainBuild),
  ssh: refused('the builder gets no keys: fetch what is private outside, or with a token as a build secret'),
  tags: ignored('imm names the images that it builds'),
  target: supported('the stage to build'),
  ulimits: ignored(plainBuild),
}

/** Every key of `deploy`. */
export const deployTable: Readonly<Record<string, Rules>> = {
  endpoint_mode: ignored(swarm),
  labels: ignored(`${swarm}; \`labels\` of the service are its containers'`),
  mode: ignored('each release has as many containers as `replicas` says', 'replicated'),
  placement: ignored('there is one machine'),
  replicas: {
    app: supported('`replicas`'),
    service: ignored('a backing service is one container', 1, 0),
  },
  resources: supported('limits of the container'),
  restart_policy: {
    app: translated('imm replaces a container that died, whatever it says'),
    service: translated('`condition` is `restart`; the rest is left to the engine'),
  },
  rollback_config: ignored('a rollback is one step: the release before is kept warm'),
  update_config: translated('`order: stop-first` is `overlap: false`; how a release takes over is `strategy`'),
}

const external = 'made by somebody else, and never removed'

/** Every key of a network. */
export const networkTable: Readonly<Record<string, Rules>> = {
  attachable: supported('given to the engine'),
  driver: supported('given to the engine'),
  driver_opts: supported('given to the engine'),
  enable_ipv4: supported('given to the engine'),
  enable_ipv6: supported('given to the engine'),
  external: supported(external),
  internal: supported('given to the engine'),
  ipam: supported('given to the engine'),
  labels: supported("given to the engine, beside imm's own"),
  name: translated('the name holds for its environment alone, or two checkouts would share it'),
}

/** Every key of a volume. */
export const volumeTable: Readonly<Record<string, Rules>> = {
  driver: supported('given to the engine'),
  driver_opts: supported('given to the engine'),
  external: supported(external),
  labels: supported("given to the engine, beside imm's own"),
  name: translated('the name holds for its environment alone, or two checkouts would share it'),
}

const store = 'there is no store of Swarm: use `file` or `environment`'

/** Every key of a secret. */
export const secretTable: Readonly<Record<string, Rules>> = {
  command: supported("imm's own: a program whose output it is, as a list; of a password manager, say"),
  driver: refused(store),
  driver_opts: refused(store),
  environment: supported("a variable of imm's environment, or of .env"),
  external: refused(store, false),
  file: supported('a file of this machine'),
  labels: ignored(swarm),
  name: ignored(swarm),
  template_driver: refused(swarm),
}

/** Every key of a config. */
export const configTable: Readonly<Record<string, Rules>> = {
  content: supported('the text itself'),
  environment: supported("a variable of imm's environment, or of .env"),
  external: refused(store, false),
  file: supported('a file of this machine'),
  labels: ignored(swarm),
  name: ignored(swarm),
  template_driver: refused(swarm),
}
