import path from 'node:path'

import type {LifecycleEvent} from '../lifecycle/events.ts'
import {soleApp} from '../release/identity.ts'
import type {RunningDev} from '../wiring/dev.ts'
import {keyHelp, readKeys, type KeyAction} from './keys.ts'
import {openInBrowser} from './open.ts'
import {progress} from './progress/progress.ts'

export interface DevView extends AsyncDisposable {
  event: (event: LifecycleEvent) => void
  ready: (running: RunningDev) => void
}

export interface DevViewOptions {
  json: boolean
  verbose: boolean
  /** show what the application prints */
  logs: boolean
  /** open the browser once something is live */
  open: boolean
  signal: AbortSignal
}

/** What `imm dev` shows, and its keys. */
export const devView = ({json, verbose, logs, open, signal}: DevViewOptions): DevView => {
  const view = progress({json, verbose}, process.stdout, process.stderr)
  view.logs = logs
  const stack = new AsyncDisposableStack()
  stack.use(view)
  let openOnLive = open

  const openUrl = async (url: string) => {
    if (!(await openInBrowser(url, signal))) view.say(`There is no browser to open; the address is ${url}`)
  }
  const onKey = (running: RunningDev) => async (action: KeyAction) => {
    switch (action) {
      case 'release':
        return running.release()
      case 'rollback':
        return void (await running.rollback())
      case 'open':
        return running.url === undefined ? view.say('Nothing here has an address.') : openUrl(running.url)
      case 'logs':
        view.logs = !view.logs
        return view.say(`Logs of the application are ${view.logs ? 'shown' : 'hidden'}.`)
      case 'quit':
        return running.quit()
      case 'help':
        return view.say(keyHelp.join('\n'))
      default:
        return action satisfies never
    }
  }

  return {
    event(event) {
      view.event(event)
      if (event.type !== 'live' || !openOnLive || event.url === '') return
      openOnLive = false
      openUrl(event.url).catch(sayError)
    },
    ready(running) {
      const {project, apps, engine, directory, renamedFrom} = running
      const name = path.basename(directory) === project ? '' : ` (${path.basename(directory)})`
      const [only] = apps
      const isSole = only?.id.app === soleApp && apps.length === 1
      const at = isSole ? ` at ${only.urls.join(' ')}` : ''
      view.say(`imm dev: ${project}${name} on ${engine.name} ${engine.version}${at}`)
      if (!isSole)
        for (const {id, urls} of apps)
          view.say(`  ${id.app.padEnd(longest(apps))}  ${urls.length === 0 ? 'no address (a worker)' : urls.join(' ')}`)
      for (const note of running.notes ?? []) view.say(`  note: ${note}`)
      if (renamedFrom)
        view.say(`The plain name belongs to ${renamedFrom}; set \`project:\` in imm.yaml to choose another.`)
      if (process.stdin.isTTY && process.stdout.isTTY && !json)
        view.say('Keys: r release, b roll back, o open, l logs, q quit, h help')
      const handle = onKey(running)
      stack.use(readKeys(process.stdin, (action) => void handle(action).catch(sayError)))
    },
    [Symbol.asyncDispose]: async () => stack.disposeAsync(),
  }

  function sayError(error: unknown): void {
    if (!signal.aborted) view.say(error instanceof Error ? error.message : String(error))
  }
}

const longest = (apps: readonly {id: {app: string}}[]): number => Math.max(...apps.map(({id}) => id.app.length))
