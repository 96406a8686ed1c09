import type {PreviewLines} from '../wiring/preview/logs.ts'
import {releaseStyle} from './progress/palette.ts'
import {safeText} from './safe-text.ts'
import type {Paint} from './style.ts'

type Rejected = NonNullable<PreviewLines['rejected']>

/** In front of what serves: that it is not the last commit's. */
export const servesInsteadText = (
  {project, environment}: {project: string; environment: string},
  {commit, code, message, kept}: Rejected,
): string => {
  const show = kept.map(({release}) => `\`imm show ${release} --project ${project} --environment ${environment}\``)
  const more = show.length === 0 ? '' : `; ${show.join(', ')} shows its last lines`
  return safeText(
    `${commit.slice(0, 7)} was rejected: ${message ?? code ?? ''}. What follows is of what runs instead${more}`,
    false,
  )
}

/** In front of what is kept of a commit that nothing runs of. */
export const rejectedText = (name: string, {commit, code, message, kept}: Rejected): string => {
  const releases = kept.filter(({output}) => output.length > 0).map(({release, stage}) => `${release} (${stage})`)
  return safeText(
    [
      `${name} ${commit.slice(0, 7)} was rejected${code === undefined ? '' : ` (${code})`}: ${message ?? ''}`,
      releases.length === 0
        ? 'Nothing of it runs, and it had printed nothing that was kept.'
        : `Nothing of it runs. The history keeps the last lines of ${releases.join(', ')}:`,
    ].join('\n'),
    false,
  )
}

/** What is kept of them, as `imm logs` prints lines: the app in front, where there are several, and the release. */
export const keptLines = (kept: Rejected['kept'], tail: number | undefined, paint: Paint): string[] =>
  kept.flatMap(({app, release, output}) => {
    const heads = [...(kept.length > 1 ? [paint('cyan', app)] : []), paint(releaseStyle(release), release)]
    const last = tail === undefined ? output : output.slice(Math.max(0, output.length - tail))
    return last.map((line) => [...heads, safeText(line, false)].join(' '))
  })
