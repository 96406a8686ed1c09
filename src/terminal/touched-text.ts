import type {ContainerDrift} from '../wiring/drift.ts'

const named = 3

/** Which programs were run by hand, the last first: `sh, psql, ls and 2 more`. */
export const commandsText = (touches: ContainerDrift['touches']): string => {
  const commands = [...new Set(touches.map(({command}) => command).toReversed())]
  const more = commands.length > named ? ` and ${commands.length - named} more` : ''
  return `${commands.slice(0, named).join(', ')}${more}`
}
