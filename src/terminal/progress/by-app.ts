import type {LifecycleEvent} from '../../lifecycle/events.ts'
import {soleApp} from '../../release/identity.ts'

type Tell = (event: LifecycleEvent) => string | undefined

/** A mistake in a file that several apps are made of is told of each of them, at once. */
const togetherMs = 2000

/** A memory for each app of an environment, and in front of each line of several whose it is. What is the same of several is told once. */
export const byApp = (narrate: () => Tell, paintName: (name: string) => string): Tell => {
  const tellers = new Map<string, Tell>()
  const services = narrate()
  const said = new Map<string, {app: string; timeMs: number}>()
  let width = 0

  const isTold = (event: LifecycleEvent, text: string): boolean => {
    if (!isAboutFiles(event)) return false
    const before = said.get(text)
    const timeMs = Date.parse(event.time)
    said.set(text, {app: event.app, timeMs})
    return before !== undefined && before.app !== event.app && timeMs - before.timeMs < togetherMs
  }

  return (event) => {
    const {app} = event
    // What is told of a backing service names it.
    if ('service' in event && event.service !== undefined) return services(event)
    const tell = tellers.get(app) ?? narrate()
    tellers.set(app, tell)
    if (app !== soleApp || tellers.size > 1) width = Math.max(width, app.length)
    const text = tell(event)
    if (text === undefined || width === 0) return text
    if (isTold(event, firstLine(text))) return undefined
    const name = paintName(app.padEnd(width))
    return text
      .split('\n')
      .map((line) => `${name} ${line}`)
      .join('\n')
  }
}

/** Nothing of it is about one release. */
const isAboutFiles = (event: LifecycleEvent): boolean =>
  event.type === 'change' || event.type === 'warning' || (event.type === 'rejected' && event.release === undefined)

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
