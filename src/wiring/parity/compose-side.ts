import path from 'node:path'

import {readComposition} from '../../compose/load.ts'
import type {Model} from '../../compose/model.ts'
import {ImmError} from '../../errors.ts'
import type {SideFacts} from '../../parity/facts.ts'
import type {Reference} from '../../parity/sides/reference.ts'
import {listed, notFound} from '../../parity/sides/unknown.ts'
import {composeRun} from './compose-run.ts'
import type {OpenContext} from './context.ts'
import {namedImage} from './image-side.ts'
import {existing} from './place.ts'

/** A service of a Compose file, or of several separated by commas, the later ones over the earlier. */
export const composeSide = async (
  {file, files: named, service: wanted}: Extract<Reference, {kind: 'compose'}>,
  context: OpenContext,
  signal: AbortSignal,
): Promise<Omit<SideFacts, 'name'>> => {
  const {cwd, onWarning} = context
  const files = await Promise.all(named.map(async (one) => existing(cwd, one)))
  const composition = await readComposition({
    directory: path.dirname(files[0] ?? cwd),
    files,
    // What is named is meant, whichever profile it is in.
    profiles: ['*'],
    env: process.env,
    warn: onWarning,
    signal,
  })
  if (!composition) throw new ImmError('SIDE_NOT_FOUND', `${file} describes no service`)
  const {model} = composition
  const name = serviceOf(model, wanted, file)
  const service = model.services[name]
  const run = composeRun(`compose:${file}#${name}`, name, model)
  // What Compose calls an image that it builds: version 2, and 1.
  const built = [`${model.name}-${name}`, `${model.name}_${name}`]
  const {image, gaps} = await namedImage(service?.image ? [service.image] : built, file, context, signal)
  return {image, run, gaps}
}

const serviceOf = ({services}: Model, wanted: string | undefined, file: string): string => {
  const names = Object.keys(services)
  if (wanted !== undefined && !names.includes(wanted)) throw notFound('service', wanted, file, names)
  const [only] = names
  if (wanted !== undefined) return wanted
  if (only !== undefined && names.length === 1) return only
  throw new ImmError('SIDE_NOT_FOUND', `${file} has several services, and none is named`, {
    next: `Name one of ${listed(names)}: compose:${file}#${names[0]}.`,
  })
}
