import {configInvalid, type Mistake} from './mistakes.ts'
import type {PreviewPiece} from './previews.ts'
import {schemaMistakes} from './schema-mistakes.ts'
import {configSchema} from './schema.ts'

/** Checks a map of `previews` that is no part of imm.yaml. CONFIG_INVALID names every mistake. */
export const parsePreviews = (value: unknown, {report, directory}: Omit<PreviewPiece, 'settings'>): PreviewPiece => {
  const root = {previews: value}
  const parsed = configSchema.safeParse(root)
  if (parsed.success) return {settings: parsed.data.previews ?? {}, report, directory}
  const mistakes = schemaMistakes(parsed.error.issues, root)
  throw configInvalid(report(mistakes.map((mistake): Mistake => ({...mistake, path: mistake.path.slice(1)}))))
}
