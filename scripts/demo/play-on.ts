import type {DevProcess} from './dev-process.ts'
import {cli} from './imm.ts'
import {liveLine, rejectedLines, type Live, type Narrator} from './narrate.ts'
import type {Workspace} from './workspace.ts'

interface Play {
  workspace: Workspace
  dev: DevProcess
  first: Live
  told: Narrator
  signal: AbortSignal
}

/** Leaves imm dev running, says how to play with it, and goes on telling what it does until ^C. */
export const playOn = async ({workspace, dev, first, told, signal}: Play): Promise<void> => {
  const {hostname, port} = new URL(first.url)
  told.say('')
  told.say('It goes on running. To play with it:')
  told.say(`  look    ${first.url}`)
  told.say(`          curl --resolve ${hostname}:${port}:127.0.0.1 -i ${first.url}`)
  told.say(`  edit    ${workspace.project}/src/greeting.txt`)
  told.say(
    `  ask     cd ${workspace.project} && IMM_HOME=${workspace.env['IMM_HOME']} ${quoted(process.execPath)} ${quoted(cli)} status`,
  )
  told.say('  stop    Ctrl-C here: everything of it is removed')
  for (let next = dev.events.length; ; next += 1) {
    try {
      const index = next
      await dev.until(() => true, index, 24 * 60 * 60_000, signal)
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
    const event = dev.events[next]
    if (event?.type === 'live') told.say(liveLine(event))
    if (event?.type === 'rejected') for (const line of rejectedLines(event)) told.say(line)
  }
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
