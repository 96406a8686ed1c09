import path from 'node:path'

import {readComposition} from '../../compose/load.ts'
import {pathName} from '../../compose/tree.ts'
import {findConfigFile} from '../../config/find.ts'
import {loadPreviewSettings, type PreviewPiece, type PreviewSettings} from '../../config/previews.ts'
import type {Environment} from '../../config/scope.ts'
import {chooseCompose} from '../compose-mode.ts'

/** What a directory says of previews: `previews` of its imm.yaml, or else of `x-imm` at the top of its Compose file. */
export const previewSettings = async (
  directory: string,
  signal: AbortSignal,
  environment: Environment = process.env,
): Promise<PreviewSettings> => {
  const compose = await pieceOfCompose(path.resolve(directory), environment, signal)
  return loadPreviewSettings(directory, signal, {environment, ...(compose ? {compose} : {})})
}

const pieceOfCompose = async (
  directory: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<PreviewPiece | undefined> => {
  const {settings = {}} = (await findConfigFile(directory, signal)) ?? {}
  if (settings.previews) return undefined
  const chosen = await chooseCompose({directory, files: [], environment, flags: {}}, settings)
  if (!chosen) return undefined
  const composition = await readComposition({
    directory,
    files: chosen.files,
    profiles: [],
    optional: true,
    env: environment,
    // They are told where the application is read.
    warn: () => {},
    signal,
  })
  const previews = composition?.model['x-imm']?.previews
  if (!composition || !previews) return undefined
  const {parsePreviews} = await import('../../config/preview-piece.ts')
  return parsePreviews(previews, {
    directory: composition.directory,
    report: (mistakes) =>
      mistakes.map(({path: keys, message}) => {
        const whole = ['x-imm', 'previews', ...keys]
        const place = composition.at(whole)
        return `${place === undefined ? '' : `${place}: `}${pathName(whole)}: ${message}`
      }),
  })
}
