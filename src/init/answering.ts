import {healthHint, portHint, type Hint} from './hints.ts'
import type {Finding} from './plan.ts'
import type {ProjectFiles} from './project-files.ts'

/** Where an application answers, as its files say it. */
export interface Answering {
  values: {port: number; healthPath: string | undefined; healthSource: string | undefined}
  findings: Finding[]
}

/** Looks through the files in their order; `known` is a port that something surer says, `usual` the framework's where nothing does. */
export const findAnswering = async (
  files: ProjectFiles,
  sources: readonly string[],
  {known, usual}: {known?: Hint<number> | undefined; usual: number},
  signal: AbortSignal,
): Promise<Answering> => {
  let port = known
  let health: Hint<string> | undefined
  for (const file of sources) {
    const text = await files.text(file, signal)
    if (text === undefined) continue
    port ??= portHint(text, file)
    health ??= healthHint(text, file)
  }
  port ??= {value: usual, source: 'usual'}
  return {
    values: {port: port.value, healthPath: health?.value, healthSource: health?.source.replace(/:\d+$/, '')},
    findings: [
      {what: 'port', value: String(port.value), file: port.source === 'usual' ? undefined : port.source},
      ...(health ? [{what: 'health', value: health.value, file: health.source}] : []),
    ],
  }
}
