/** A container of an environment that no `imm dev` looks after. */
export interface FoundContainer {
  id: string
  name: string
  state: 'created' | 'running' | 'paused' | 'exited' | 'dead'
  /** id of the sandbox that it joined */
  sandbox?: string | undefined
}

/**
 * Those that nobody needs: all, but where requests are routed to some of them. Then these stay, the stopped ones that the next `imm dev` takes
 * over, and the sandboxes of both.
 */
export const leftContainers = <Found extends FoundContainer>(
  containers: readonly Found[],
  routed: ReadonlySet<string>,
): Found[] => {
  const isRouted = containers.some(({id}) => routed.has(id))
  const staying = containers.filter(({id, state}) => isRouted && (routed.has(id) || state === 'exited'))
  const needed = new Set(staying.flatMap(({id, sandbox}) => (sandbox === undefined ? [id] : [id, sandbox])))
  return containers.filter(({id}) => !needed.has(id))
}
