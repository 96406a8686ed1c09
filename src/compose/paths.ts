import {homedir} from 'node:os'
import path from 'node:path'

import type {Composed} from './keys/top.ts'

/** A path as one of this machine, absolute; `base` is where relative ones begin. */
export const absolute = (base: string, written: string): string =>
  written === '~' || written.startsWith('~/')
    ? path.join(homedir(), written.slice(1))
    : /^[a-zA-Z]:[\\/]/.test(written)
      ? written
      : path.resolve(base, written)

/** A place that the builder fetches by itself: a URL, a git repository or another image. */
const isRemote = (context: string): boolean =>
  /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/|docker-image:|oci-layout:|target:|service:)/i.test(context)

/** Makes every path of this machine in a file absolute, so that files of several directories can be merged. */
export const resolvePaths = (composed: Composed, base: string): Composed => {
  const at = (written: string) => absolute(base, written)
  const context = (written: string) => (isRemote(written) ? written : at(written))
  for (const service of Object.values(composed.services ?? {})) {
    if (service.build) {
      const {build} = service as {build: {context?: string; additional_contexts?: Record<string, string>}}
      if (build.context !== undefined) build.context = context(build.context)
      for (const [name, place] of Object.entries(build.additional_contexts ?? {}))
        (build.additional_contexts as Record<string, string>)[name] = context(place)
    }
    for (const file of service.env_file ?? []) file.path = at(file.path)
    service.label_file = service.label_file?.map(at)
    if (service.label_file === undefined) delete service.label_file
    for (const mount of service.volumes ?? [])
      if (mount.type === 'bind' && mount.source !== undefined) mount.source = at(mount.source)
    for (const watch of service.develop?.watch ?? []) watch.path = at(watch.path)
    if (service.credential_spec?.file !== undefined) service.credential_spec.file = at(service.credential_spec.file)
    if (service.extends && 'file' in service.extends && service.extends.file !== undefined)
      service.extends.file = at(service.extends.file)
  }
  for (const one of [...Object.values(composed.secrets ?? {}), ...Object.values(composed.configs ?? {})])
    if (one.file !== undefined) one.file = at(one.file)
  return composed
}
