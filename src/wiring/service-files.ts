import {createHash} from 'node:crypto'

import type {Engine} from '../lifecycle/ports.ts'
import type {ServiceFiles} from '../lifecycle/services/at.ts'
import type {EnvironmentId} from '../release/identity.ts'
import {slug} from '../release/names.ts'
import type {AppFiles} from '../secrets/files.ts'
import type {StatePaths} from '../state/paths.ts'
import {openFiles} from './files.ts'

interface Around {
  id: EnvironmentId
  paths: StatePaths
  directory: string
  engine: Pick<Engine, 'facts'>
  note: (message: string) => void
  /** every content that becomes known */
  onSecret: (name: string, content: string) => void
}

// A service has no releases: its files are told apart by what is in them.
const only = 'r0-service'

/** Secrets and configs of backing services, as files of this host's memory. */
export const openServiceFiles = ({
  id,
  ...around
}: Around): ServiceFiles & {clear(signal: AbortSignal): Promise<void>} => {
  const opened = new Map<string, AppFiles>()
  const filesOf = (service: string): AppFiles => {
    const files = opened.get(service) ?? openFiles({id: {...id, app: slug(service)}, ...around})
    opened.set(service, files)
    return files
  }
  return {
    async put(service, mounted, signal) {
      const own = filesOf(service)
      const {files} = await own.withDigests({files: mounted}, signal)
      const binds = await own.place(only, files, signal)
      const digest = createHash('sha256')
        .update(JSON.stringify(files.map((file) => file.digest)))
        .digest('hex')
      return {binds, digest: `sha256:${digest}`}
    },
    async clear(signal) {
      await Promise.all([...opened.values()].map(async (files) => files.clear(signal)))
    },
  }
}
