import path from 'node:path'

import {ImmBug, ImmError, isImmError} from '../../errors.ts'
import {serviceIdentity} from '../../release/services.ts'
import {lastLines} from '../crashed.ts'
import {hasEnded} from '../exits.ts'
import type {Instance} from '../ports.ts'
import type {Here} from './at.ts'
import {definitionOf, graceOf, hasHealthcheck, type Definition} from './definition.ts'
import {portsOf, startPublished} from './host-ports.ts'
import {declaredPaths, imageOf} from './image.ts'
import type {ServiceSpec} from './spec.ts'
import {awaitDependencies} from './when-ready.ts'

/** A service whose container runs, or has run to its end. */
export interface Up {
  definition: Definition
  instance: Instance
  /** it ran already */
  adopted: boolean
}

/** Brings one service to where its definition says: what runs already as it should is adopted, everything else is replaced. */
export const bringUp = async (
  service: ServiceSpec,
  found: Instance | undefined,
  here: Here,
  signal: AbortSignal,
): Promise<Up> => {
  const {board} = here
  const definition = await define(service, here, signal)
  board.know(service.name, hasHealthcheck(definition))
  const along = service.dependsOn.filter(({restart}) => restart).map(({name}) => name)
  const names = new Set(here.application.services.map(({name}) => name))
  // What is replaced along with others can't be told before those are there.
  if (along.length > 0) await dependencies(service, here, signal)
  const together = along.find((name) => names.has(name) && board.state(name).replaced)
  const why = whyReplaced(found, definition, together)
  if (found && why === undefined)
    return {definition, instance: await adopt(found, definition, here, signal), adopted: true}
  await dependencies(service, here, signal)
  if (found && why) await takeAway(found, why, definition, here, signal)
  return {definition, instance: await startAnew(definition, here, signal), adopted: false}
}

const define = async (service: ServiceSpec, here: Here, signal: AbortSignal): Promise<Definition> => {
  const {application, id, engine, clock, emit, board, files, ref} = here
  const {name, image: reference} = service
  const image = await imageOf(
    {
      service,
      file: fileOf(here),
      engine,
      clock,
      onProgress(progress) {
        board.set(name, {state: 'pulling'})
        emit({type: 'service', service: name, state: 'pulling', image: reference, ...progress})
      },
    },
    signal,
  )
  const declared = declaredPaths(await engine.config(image, signal))
  if (service.files.length > 0 && !files) throw new ImmBug(`service ${name} has files, and there is no place for them`)
  const mounted = service.files.length > 0 ? await files?.put(name, service.files, signal) : undefined
  return definitionOf({service, image, declared, files: mounted, application, id, ref})
}

/** As people know it. */
const fileOf = ({application: {files, directory}}: Here): string =>
  files[0] === undefined ? 'the Compose file' : path.relative(directory, files[0])

const dependencies = async (service: ServiceSpec, {board, application, apps, emit}: Here, signal: AbortSignal) => {
  const names = new Set(application.services.map(({name}) => name))
  await awaitDependencies(
    service,
    {
      has: (name) => names.has(name) || (apps?.names.includes(name) ?? false),
      ready: async (name, condition, within) =>
        names.has(name) || !apps ? board.ready(name, condition, within) : apps.ready(name, condition, within),
      warn: (message) => emit({type: 'warning', message}),
    },
    signal,
  )
}

/** Undefined: it is as it should be. */
const whyReplaced = (
  found: Instance | undefined,
  {digest, image, service}: Definition,
  along: string | undefined,
): string | undefined => {
  if (!found) return undefined
  const before = serviceIdentity(found.labels)
  if (before?.definition !== digest)
    return found.image === image.id ? 'its definition changed' : `its image changed, ${service.image}`
  if (along !== undefined) return `${along}, which it depends on, was replaced`
  // Run once: its container is the mark.
  if (service.completes && hasEnded(found) && found.exitCode === 0) return undefined
  if (hasEnded(found)) return `it had ended${found.exitCode === undefined ? '' : ` with exit code ${found.exitCode}`}`
  return found.state === 'created' ? 'it had not been started' : undefined
}

const adopt = async (
  found: Instance,
  {service: {name, image, published}}: Definition,
  {engine, board, emit}: Here,
  signal: AbortSignal,
): Promise<Instance> => {
  if (found.state === 'paused') await engine.unpause(found.id, signal)
  const details = await engine.details(found.id, signal)
  const ports = portsOf(details?.published ?? [], published)
  const {id: container, startedMs: sinceMs, exitCode} = found
  const ended = hasEnded(found)
  board.set(name, {state: ended ? 'completed' : stateOf(found), container, ports, sinceMs, exitCode})
  emit({type: 'service', service: name, state: 'found', image, ports, ...(ended ? {exitCode} : {})})
  return found
}

/** Of one that runs. */
export const stateOf = ({health}: Instance): 'running' | 'healthy' | 'unhealthy' =>
  health === 'healthy' || health === 'unhealthy' ? health : 'running'

const takeAway = async (
  found: Instance,
  why: string,
  {service}: Definition,
  {engine, board, emit}: Here,
  signal: AbortSignal,
): Promise<void> => {
  emit({type: 'service', service: service.name, state: 'replaced', why})
  // As long as the one that runs asked for: another definition says nothing about it.
  const graceMs = serviceIdentity(found.labels)?.stopGraceMs ?? graceOf(service)
  await engine.remove(found.id, graceMs, signal)
  board.set(service.name, {container: undefined, replaced: true})
}

/** A fresh container of a definition. SERVICE_FAILED where it can't be started. */
export const startAnew = async (definition: Definition, here: Here, signal: AbortSignal): Promise<Instance> => {
  const {engine, board, emit, isFree} = here
  const {service, spec} = definition
  const {name, image, published} = service
  board.set(name, {state: 'starting'})
  emit({type: 'service', service: name, state: 'starting', image})
  const instance = await startPublished(spec, engine, isFree, signal).catch((error: unknown) => {
    if (signal.aborted || !isImmError(error) || error.code === 'ENGINE_LOST') throw error
    throw new ImmError('SERVICE_FAILED', `service ${name} can't be started: ${error.message}`, {
      next:
        error.code === 'CRASHED'
          ? `Correct \`command:\`, \`entrypoint:\` or \`user:\` of ${name} in ${fileOf(here)}.`
          : error.next,
      output: error.output,
      cause: error,
    })
  })
  const details = await engine.details(instance.id, signal)
  const ports = portsOf(details?.published ?? [], published)
  // One that has ended already is looked at by who tends it: its end is told like any other.
  const {id: container, startedMs: sinceMs} = instance
  board.set(name, {
    state: hasEnded(instance) ? 'starting' : stateOf(instance),
    container,
    ports,
    sinceMs,
    exitCode: undefined,
  })
  emit({type: 'service', service: name, state: 'started', image, ports})
  if (instance.health === 'healthy') emit({type: 'service', service: name, state: 'healthy'})
  return instance
}

/** Why a service ended, for what waits for it. */
export const endedError = async (
  name: string,
  {id, outOfMemory}: Instance,
  exitCode: number | undefined,
  here: Pick<Here, 'engine'>,
  signal: AbortSignal,
): Promise<ImmError> => {
  const output = await lastLines(id, here, signal)
  const how = outOfMemory ? 'ran out of memory' : `ended with exit code ${exitCode ?? 'unknown'}`
  return new ImmError('SERVICE_FAILED', `service ${name} ${how}`, {output})
}
