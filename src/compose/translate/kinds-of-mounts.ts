import {stat} from 'node:fs/promises'

import type {Model} from '../model.ts'
import type {PathKind} from './context.ts'

/** What the places of this machine are that services mount; those that are not there are left out. */
export const kindsOfMounts = async ({services}: Pick<Model, 'services'>): Promise<Map<string, PathKind>> => {
  const sources = Object.values(services).flatMap(({volumes = []}) =>
    volumes.flatMap(({type, source}) => (type === 'bind' && source !== undefined ? [source] : [])),
  )
  const kinds = new Map<string, PathKind>()
  for (const source of new Set(sources)) {
    const found = await stat(source).catch(() => undefined)
    if (found) kinds.set(source, found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'socket')
  }
  return kinds
}
