import path from 'node:path'

import type {WatchSettings} from '../config/settings.ts'
import type {IgnoreRules} from './ignore.ts'
import {ignoreFiles, patterns} from './ignore.ts'
import {isInside} from './mount.ts'
import type {Place} from './place.ts'

/** Which files are looked at for changes. None of this touches what enters the image. */
export interface Scope {
  /** what to watch, absolute */
  roots: readonly string[]
  /** files that always count, absolute: settings, Dockerfile, ignore files */
  exact: ReadonlySet<string>
  rules: IgnoreRules
  /** Path relative to the context, `/`; undefined for what lies outside. */
  inContext(file: string): string | undefined
  /** Whether a change of a file of the context counts, by its path relative to it. */
  counts: (file: string) => boolean
  /** Whether a change of a file of the context counts, or could make one below it count. */
  matters(file: string): boolean
  /** Whether an absolute path of the context enters no image by itself. */
  isOut(file: string): boolean
  /** Whether nothing at or below an absolute path of the context enters an image. */
  prunes(file: string): boolean
  /** `watch.paths` and `watch.ignore` leave nothing out that enters the image */
  isWhole: boolean
  /** Whether nothing at or below an absolute path can count. `isDirectory` undefined: not known yet. */
  skips(file: string, isDirectory: boolean | undefined): boolean
}

/** What editors leave beside the file that is edited, some for as long as it is open; and what macOS leaves everywhere. */
const editorFile =
  /(?:^|\/)(?:4913|\.#[^/]*|#[^/]*#|[^/]*~|\.[^/]*\.sw[a-p]|[^/]*___jb_(?:tmp|old)___|\.goutputstream-[^/]*|\.DS_Store)$/

export const scopeOf = (
  place: Place,
  settingsFiles: readonly string[],
  watch: WatchSettings,
  rules: IgnoreRules,
): Scope => {
  const extra = patterns(watch.ignore)
  // They decide what is built, so that `watch.paths` can't leave them out; and they count while they are ignored.
  const decisive = new Set([
    ...(place.dockerfile === undefined ? [] : [place.dockerfile]),
    ...ignoreFiles(place.dockerfile),
  ])
  const watched = watch.paths.map((file) => path.resolve(place.project, file))
  const exact = new Set([...settingsFiles, ...[...decisive].map((file) => path.join(place.context, file))])
  const inContext = (file: string): string | undefined =>
    isInside(place.context, file) ? path.relative(place.context, file).replaceAll(path.sep, '/') : undefined
  const isOut = (file: string): boolean => rules.ignores(file) || extra.ignores(file)
  const counts = (file: string): boolean => {
    if (decisive.has(file)) return true
    if (file === '' || isOut(file) || editorFile.test(file)) return false
    return watched.length === 0 || watched.some((root) => isInside(root, path.join(place.context, file)))
  }
  const relative = (file: string): string => inContext(file) ?? '..'
  const ignored = (file: string): boolean => file !== place.context && rules.ignores(relative(file))
  return {
    isOut: ignored,
    prunes: (file) => ignored(file) && rules.prunes(relative(file)),
    isWhole: watched.length === 0 && watch.ignore.length === 0,
    matters: (file) =>
      file === '' || counts(file) || watched.some((root) => isInside(path.join(place.context, file), root)),
    roots: [...new Set([...(watched.length === 0 ? [place.context] : watched), ...exact])],
    exact,
    rules,
    inContext,
    counts,
    skips: (file, isDirectory) => {
      if (exact.has(file)) return false
      const inside = inContext(file)
      // Outside of the context only the settings files count, and those are exact.
      if (inside === undefined) return !isInside(file, place.context)
      if (inside === '' || !isOut(inside)) return false
      return (
        isDirectory === false ||
        ((!rules.ignores(inside) || rules.prunes(inside)) && (!extra.ignores(inside) || extra.prunes(inside)))
      )
    },
  }
}
