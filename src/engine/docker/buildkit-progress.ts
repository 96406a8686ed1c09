import type {BuildStep} from '../../lifecycle/ports.ts'
import type {BuildMessage, BuildProgress} from './build-progress.ts'
import {followSteps} from './steps.ts'
import {wireFields} from './wire.ts'

/** A step of the build graph (moby/buildkit, api/services/control/control.proto, message Vertex). */
interface Vertex {
  digest: string
  name: string
  cached: boolean
  started: boolean
  completed: boolean
  error: string
}

/** Reads BuildKit's `moby.buildkit.trace` messages: base64 of a protobuf StatusResponse. */
export const buildkitProgress = (onStep: (step: BuildStep) => void): BuildProgress => {
  const steps = followSteps(onStep)
  const errors = new Map<string, string>()
  const noteVertex = ({digest, name, cached, started, completed, error}: Vertex) => {
    if (started) steps.start(digest, name)
    if (error) errors.set(digest, errors.get(digest) ?? error)
    if (completed) steps.end(digest, ending(error, cached))
  }
  return {
    note({id, aux}) {
      if (id !== 'moby.buildkit.trace' || typeof aux !== 'string') return
      for (const {number, value} of wireFields(Buffer.from(aux, 'base64'))) {
        if (typeof value === 'number') continue
        if (number === 1) noteVertex(vertex(value))
        if (number === 3) {
          const {digest, message} = log(value)
          steps.output(digest, message)
        }
      }
    },
    failed(words) {
      // A failing step cancels its neighbours, which then report an error too: the build's own words name the first.
      const [digest] =
        [...errors].find(([, error]) => words.endsWith(error)) ??
        [...errors].find(([, error]) => !error.includes('context canceled')) ??
        []
      return digest === undefined ? undefined : steps.get(digest)
    },
  }
}

const ending = (error: string, cached: boolean) => {
  if (error) return 'failed'
  return cached ? 'cached' : 'done'
}

const vertex = (bytes: Buffer): Vertex => {
  const result = {digest: '', name: '', cached: false, started: false, completed: false, error: ''}
  for (const {number, value} of wireFields(bytes)) {
    if (number === 1) result.digest = String(value)
    else if (number === 3) result.name = String(value)
    else if (number === 4) result.cached = value === 1
    else if (number === 5) result.started = true
    else if (number === 6) result.completed = true
    else if (number === 7) result.error = String(value)
  }
  return result
}

const log = (bytes: Buffer): {digest: string; message: Buffer} => {
  const result = {digest: '', message: Buffer.alloc(0)}
  for (const {number, value} of wireFields(bytes)) {
    if (number === 1) result.digest = String(value)
    else if (number === 4 && typeof value !== 'number') result.message = Buffer.from(value)
  }
  return result
}

/** The image that a build made, where this message says it. */
export const builtImage = ({aux}: BuildMessage): string | undefined => (typeof aux === 'object' ? aux.ID : undefined)
