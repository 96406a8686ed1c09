import {ImmError} from '../errors.ts'
import type {Service} from './keys/service.ts'
import {merge} from './merge.ts'
import type {ReadFile} from './read-file.ts'
import type {Mark} from './read.ts'

/**
 * Puts what a service extends under it, also where that extends another one in turn (Compose Specification, Extends). `read` brings another
 * file, whose relative paths are its own. COMPOSE_INVALID where there is no such service, or it comes back to itself.
 */
export const withExtended = async (read: ReadFile, open: (file: string) => Promise<ReadFile>): Promise<ReadFile> => {
  const services: Record<string, Service> = {}
  for (const name of Object.keys(read.composed.services ?? {})) services[name] = await extended(name, read, open, [])
  return {...read, composed: {...read.composed, ...(read.composed.services ? {services} : {})}}
}

const extended = async (
  name: string,
  read: ReadFile,
  open: (file: string) => Promise<ReadFile>,
  above: readonly string[],
): Promise<Service> => {
  const own = read.composed.services?.[name] as Service
  if (!own.extends) return own
  const {extends: base, ...others} = own
  const place = read.at(['services', name, 'extends'])
  const id = `${read.file}#${name}`
  if (above.includes(id))
    throw new ImmError('COMPOSE_INVALID', `${place}: services.${name}.extends: comes back to itself`)
  const file = 'file' in base && base.file !== undefined ? base.file : undefined
  const from = file === undefined || file === read.file ? read : await open(file)
  if (!from.composed.services?.[base.service])
    throw new ImmError(
      'COMPOSE_INVALID',
      `${place}: services.${name}.extends: there is no service "${base.service}"${file === undefined ? '' : ` in ${file}`}`,
    )
  const under = await extended(base.service, from, open, [...above, id])
  return merge(under, others, marksBelow(read.marks, `services.${name}.`)) as Service
}

const marksBelow = (marks: ReadonlyMap<string, Mark>, prefix: string): Map<string, Mark> =>
  new Map([...marks].flatMap(([path, mark]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), mark]] : [])))
