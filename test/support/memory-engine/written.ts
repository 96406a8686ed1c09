import {createHash} from 'node:crypto'

import type {ImageFile, InstanceChange} from '../../../src/lifecycle/ports.ts'

/** What something inside a container did to one path. */
export type Write = {content: string; mode?: number; uid?: number} | {link: string} | {directory: true} | 'erase'

/** What a container has otherwise than its image. */
export class Written {
  readonly #files = new Map<string, {file: ImageFile; bytes: Buffer} | undefined>()

  write(path: string, write: Write): void {
    this.#files.set(path, write === 'erase' ? undefined : fileOf(path, write))
  }

  /** Engines tell of a directory in which something changed. */
  changes(held: ReadonlyMap<string, ImageFile>): InstanceChange[] {
    const own = [...this.#files].flatMap(([path, now]): InstanceChange[] => {
      const before = held.has(path)
      if (!now) return before ? [{path, kind: 'deleted'}] : []
      return [{path, kind: before ? 'changed' : 'added'}]
    })
    const parents = own.map(({path}) => path.slice(0, path.lastIndexOf('/'))).filter((path) => path !== '')
    const others = new Set(parents.filter((path) => !own.some((change) => change.path === path)))
    return [...own, ...[...others].map((path): InstanceChange => ({path, kind: 'changed'}))]
  }

  over(held: ReadonlyMap<string, ImageFile>): Map<string, ImageFile> {
    const all = new Map(held)
    for (const [path, now] of this.#files)
      if (now) all.set(path, now.file)
      else all.delete(path)
    return all
  }

  /** Undefined for what it does not know, null for what is gone. */
  bytes(path: string): Buffer | null | undefined {
    return this.#files.has(path) ? (this.#files.get(path)?.bytes ?? null) : undefined
  }
}

const fileOf = (path: string, write: Exclude<Write, 'erase'>): {file: ImageFile; bytes: Buffer} => {
  const base = {path, gid: 0, mtimeMs: Date.now(), xattrs: {}}
  if ('directory' in write)
    return {file: {...base, kind: 'directory', mode: 0o755, uid: 0, size: 0, content: ''}, bytes: Buffer.alloc(0)}
  if ('link' in write)
    return {
      file: {...base, kind: 'link', mode: 0o777, uid: 0, size: 0, content: write.link},
      bytes: Buffer.alloc(0),
    }
  const {content, mode = 0o644, uid = 0} = write
  const bytes = Buffer.from(content)
  const hash = createHash('sha256').update(bytes).digest('hex')
  return {file: {...base, kind: 'file', mode, uid, size: bytes.length, content: hash}, bytes}
}
