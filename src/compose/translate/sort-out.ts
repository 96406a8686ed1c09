import {buildKey, buildOf, type Build} from './build.ts'
import type {Translation} from './context.ts'

/** What a service of a Compose file is here. */
export type Kind =
  | {kind: 'app'; build: Build}
  /** runs to its end from the image of an app, before each of its releases */
  | {kind: 'job'; of: string}
  | {kind: 'service'; image: string}
  /** asked not to run */
  | {kind: 'off'}

export type Kinds = ReadonlyMap<string, Kind>

/** Decides for each service what it is. COMPOSE_UNSUPPORTED for what runs to its end from a build of its own. */
export const sortOut = (translation: Translation): Kinds => {
  const {model, own, note, refusal} = translation
  const builds = new Map(Object.keys(model.services).map((name) => [name, effectiveBuild(name, translation)]))
  const kinds = new Map<string, Kind>()
  for (const [name, service] of Object.entries(model.services)) {
    const build = builds.get(name)
    if ((service.scale ?? service.deploy?.replicas) === 0) {
      const key = service.scale === 0 ? ['scale'] : ['deploy', 'replicas']
      note('translated', ['services', name, ...key], 'it does not run')
      kinds.set(name, {kind: 'off'})
    } else if (!build) kinds.set(name, {kind: 'service', image: service.image ?? ''})
    else if (own(name)['role'] === 'service')
      throw refusal(
        ['services', name, 'x-imm'],
        'imm builds apps, and takes backing services as images: build and name the image yourself, and give it as `image`',
      )
    else {
      const of = waitedFor(name, translation) ? jobOf(name, builds, translation) : undefined
      kinds.set(name, of === undefined ? {kind: 'app', build} : {kind: 'job', of})
    }
  }
  return kinds
}

/** Its own, or that of the service which builds the image that it names. */
export const effectiveBuild = (name: string, {model}: Pick<Translation, 'model'>): Build | undefined => {
  const service = model.services[name]
  if (service?.build) return buildOf(service)
  const maker = Object.values(model.services).find(
    ({build, image}) => build && image !== undefined && image === service?.image,
  )
  return maker && buildOf(maker)
}

const waitedFor = (name: string, {model}: Translation): boolean => dependants(name, model).length > 0

const dependants = (name: string, {services}: Translation['model']): string[] =>
  Object.keys(services).filter(
    (other) => services[other]?.depends_on?.[name]?.condition === 'service_completed_successfully',
  )

/** The first app of the same build that waits for its end, also by way of another job. */
const jobOf = (name: string, builds: ReadonlyMap<string, Build | undefined>, {model, refusal}: Translation): string => {
  const key = keyOf(builds.get(name))
  const seen = new Set<string>()
  const queue = dependants(name, model)
  for (const other of queue) {
    if (seen.has(other)) continue
    seen.add(other)
    const further = dependants(other, model)
    if (further.length > 0) queue.push(...further)
    else if (keyOf(builds.get(other)) === key) return other
  }
  throw refusal(
    ['services', name, 'build'],
    'it runs to its end, and imm runs such jobs from the image of the app that waits for them: give both the same build, or give it an image',
  )
}

const keyOf = (build: Build | undefined): string | undefined => build && buildKey(build)
