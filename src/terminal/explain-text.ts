import type {ExplainedPath} from '../wiring/explain.ts'
import {table} from './formats.ts'

const meanings: Record<ExplainedPath['how'], string> = {
  none: 'nothing to build',
  delta: 'one layer, whatever the size of the project',
  full: 'a full build',
  settings: 'settings',
}

/** One paragraph for each path. */
export const explainText = (paths: readonly ExplainedPath[]): string =>
  paths
    .map(({file, how, reason, advice}) =>
      [`${file}: ${meanings[how]}`, `  ${reason}`, ...(advice === undefined ? [] : [`  cheaper: ${advice}`])].join(
        '\n',
      ),
    )
    .join('\n')

/** The paths at the top of a project, one line each, and how to do better. */
export const overviewText = (paths: readonly ExplainedPath[], columns: number): string => {
  if (paths.length === 0) return 'Nothing enters the image.'
  const rows = paths.map(({file, kind, how, reason}) => [kind === 'directory' ? `${file}/` : file, how, reason])
  const advice = [...new Set(paths.flatMap((each) => each.advice ?? []))]
  return [table(['a change of', 'costs', 'because'], rows, columns), ...advice.map((each) => `cheaper: ${each}`)].join(
    '\n',
  )
}
