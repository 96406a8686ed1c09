import type {BuiltImage} from '../wiring/build.ts'
import type {Verdict} from '../wiring/verify-image.ts'
import {bytes, counted, table} from './formats.ts'

const listed = 20

/** An image as people want it: its names, its digest, and the layers that are theirs. */
export const builtText = ({image, own, references, snapshot, revision}: BuiltImage): string =>
  [
    ...references,
    `  image     ${image.id}`,
    `  snapshot  ${snapshot}`,
    ...(revision === undefined ? [] : [`  revision  ${revision}`]),
    `  size      ${bytes(image.sizeBytes)}`,
    ...(own.length === 0
      ? []
      : [
          table(
            ['  layers', '', ''],
            own.map((layer) => [`  ${layer.digest}`, bytes(layer.bytes), shown(layer.instruction)]),
          ),
        ]),
  ].join('\n')

const shownLength = 60

/** A RUN may be as long as a script. */
const shown = (instruction: string): string => {
  const line = instruction.replaceAll(/\s+/g, ' ').trim()
  return line.length > shownLength ? `${line.slice(0, shownLength - 1)}…` : line
}

export const verdictText = ({release, references, delta, files, differences}: Verdict): string => {
  const name = `${references[0] ?? release} (${delta ? 'one layer on an older full image' : 'a full image itself'})`
  if (differences.length === 0)
    return `The same as ${name}: ${counted(files, 'path')} and the config compared, no difference.`
  const more = differences.length - listed
  return [
    `Not the same as ${name}: ${counted(differences.length, 'difference')} in ${counted(files, 'path')} and the config.`,
    ...differences.slice(0, listed).map(({path, what}) => `  ${path}: ${what}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n')
}
