import {refused} from './failures.ts'
import type {Limits} from './limits.ts'

/** The path inside the image that a name of an archive means: absolute, `/` alone for its root. Names that lead upwards are refused. */
export const imagePath = (name: string, {pathBytes}: Pick<Limits, 'pathBytes'>): string => {
  if (Buffer.byteLength(name) > pathBytes) throw refused(`the archive has a path of more than ${pathBytes} bytes`)
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw refused(`the archive has a path that leads out: ${JSON.stringify(name)}`)
  // Joined at once: put together with + or a template, V8 keeps the parts beside the whole.
  return parts.length === 0 ? '/' : ['', ...parts].join('/')
}

export const partsOf = (path: string): string[] => (path === '/' ? [] : path.slice(1).split('/'))
