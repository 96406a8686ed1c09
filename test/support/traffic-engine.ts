import {docker} from './engine-socket.ts'

export interface EngineWatch extends Disposable {
  /** names of the project's containers that were started since, in order; no sandboxes */
  readonly started: readonly string[]
}

/** Counts what the engine really starts for a project, by its own events. */
export const watchStarts = async (project: string): Promise<EngineWatch> => {
  const stream = await docker().getEvents({
    filters: {type: ['container'], event: ['start'], label: [`imm.project=${project}`, 'imm.role=app']},
  })
  const started: string[] = []
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines.filter(Boolean)) {
      const event = JSON.parse(line) as {Actor: {Attributes: {name: string}}}
      started.push(event.Actor.Attributes.name)
    }
  })
  return {
    started,
    [Symbol.dispose]: () => (stream as typeof stream & {destroy(): void}).destroy(),
  }
}
