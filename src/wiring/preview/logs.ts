import {ImmError} from '../../errors.ts'
import {statePaths} from '../../state/paths.ts'
import type {PreviewRecord} from '../../state/previews.ts'
import {openEngine} from '../engine.ts'
import {keptRejections, type KeptRejection} from './kept-rejections.ts'

/** Whose lines there are of a preview. */
export interface PreviewLines {
  /** of the last attempt, which is not what runs; undefined where that is live */
  rejected: {commit: string; code: string | undefined; message: string | undefined; kept: KeptRejection[]} | undefined
  /** something of it has a container, whose lines the engine has */
  runs: boolean
}

/** NOTHING_LIVE where there are none, and never were. */
export const previewLines = async (
  record: PreviewRecord,
  signal: AbortSignal,
  paths = statePaths(),
): Promise<PreviewLines> => {
  const {project, environment, name, tried} = record
  const {engine} = await openEngine(paths, signal)
  const found = await engine.instances({'imm.project': project, 'imm.environment': environment}, signal)
  const runs = found.some(({labels, state}) => labels['imm.role'] !== 'sandbox' && state !== 'created')
  if (tried?.outcome === 'rejected') {
    const {commit, code, message} = tried
    return {rejected: {commit, code, message, kept: await keptRejections(record, paths.home, signal)}, runs}
  }
  if (runs) return {rejected: undefined, runs}
  throw new ImmError('NOTHING_LIVE', `nothing of the preview of ${name} runs`, {
    next: 'Bring it up with `imm preview up`.',
  })
}
