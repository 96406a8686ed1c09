import {ImmError} from '../../src/errors.ts'
import type {Files} from '../../src/lifecycle/ports.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {isForgotten} from '../../src/release/retention.ts'

/** Files of an app as this host's memory has them, as they outlive every imm. */
export interface MemoryFiles extends Files {
  /** by release: paths in its containers */
  readonly placed: Map<ReleaseName, readonly string[]>
  /** names of those whose source can't be read */
  readonly unavailable: Set<string>
}

export const memoryFiles = (): MemoryFiles => {
  const placed = new Map<ReleaseName, readonly string[]>()
  const unavailable = new Set<string>()
  return {
    placed,
    unavailable,
    read: async ({name}) => {
      if (unavailable.has(name)) throw new ImmError('SECRET_UNAVAILABLE', `${name} is not there`)
      return Buffer.from(`content of ${name}`)
    },
    async place(release, files) {
      const missing = placed.has(release) ? undefined : files.find(({name}) => unavailable.has(name))
      if (missing) throw new ImmError('SECRET_UNAVAILABLE', `${missing.name} is not there`)
      placed.set(
        release,
        files.map(({path}) => path),
      )
      return files.map(({path, name}) => ({source: `/memory/${release}/${name}`, path, readOnly: true}))
    },
    async retain(releases) {
      for (const release of placed.keys()) if (isForgotten(release, releases)) placed.delete(release)
    },
    async clear() {
      placed.clear()
    },
  }
}
