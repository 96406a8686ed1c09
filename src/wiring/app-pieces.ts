import type {Composition} from '../compose/load.ts'
import type {Path} from '../compose/tree.ts'
import {pathName} from '../compose/tree.ts'
import type {ConfigFile} from '../config/file.ts'
import {configInvalid} from '../config/mistakes.ts'
import {parsePiece, type Piece} from '../config/pieces.ts'

/** Keys that hold for every app of an application when they stand at the top of imm.yaml. */
const general = new Set([
  'env',
  'envFile',
  'resources',
  'immutable',
  'strategy',
  'mirror',
  'watch',
  'drain',
  'reload',
  'guard',
  'keep',
])
const ofAll = new Set(['project', 'build', 'compose', 'flip', 'apps', 'previews'])

/**
 * What is said of an app beside Compose's own keys, each over the one before: the top of imm.yaml, `x-imm` of its service, `apps.NAME` of
 * imm.yaml. CONFIG_INVALID for a key at the top that could mean any of several apps.
 */
export const piecesOf = (
  name: string,
  several: boolean,
  {model, directory, at}: Composition,
  file: ConfigFile | undefined,
  project: string,
): Piece[] => {
  const top = Object.entries(file?.settings ?? {}).filter(([key]) => !ofAll.has(key))
  const unclear = top.filter(([key]) => several && !general.has(key)).map(([key]) => key)
  if (file && unclear.length > 0)
    throw configInvalid(
      file.report(
        unclear.map((key) => ({path: [key], message: `of which app? Put it under apps.NAME, as of apps.${name}`})),
      ),
    )
  const {role: _role, ...extension} = model.services[name]?.['x-imm'] ?? {}
  const inCompose: Piece['report'] = (mistakes) =>
    mistakes.map(({path, message}) => {
      const whole: Path = ['services', name, 'x-imm', ...path]
      const place = at(whole)
      return `${place === undefined ? '' : `${place}: `}${pathName(whole)}: ${message}`
    })
  const inConfig =
    (above: readonly string[]): Piece['report'] =>
    (mistakes) =>
      file?.report(mistakes.map((mistake) => ({...mistake, path: [...above, ...mistake.path]}))) ?? []
  const own = file?.settings.apps?.[name]
  return [
    {settings: Object.fromEntries(top), report: inConfig([]), directory: project},
    parsePiece(extension, {report: inCompose, directory}),
    ...(own ? [{settings: own, report: inConfig(['apps', name]), directory: project}] : []),
  ]
}
