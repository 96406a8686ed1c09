import type {LifecycleEvent} from '../../lifecycle/events.ts'
import {soleApp} from '../../release/identity.ts'

type Tell = (event: LifecycleEvent) => string | undefined

/** A memory for each app of an environment, and in front of each line of several whose it is. */
export const byApp = (narrate: () => Tell, paintName: (name: string) => string): Tell => {
  const tellers = new Map<string, Tell>()
  const services = narrate()
  let width = 0
  return (event) => {
    const {app} = event
    // What is told of a backing service names it.
    if ('service' in event && event.service !== undefined) return services(event)
    const tell = tellers.get(app) ?? narrate()
    tellers.set(app, tell)
    if (app !== soleApp || tellers.size > 1) width = Math.max(width, app.length)
    const text = tell(event)
    if (text === undefined || width === 0) return text
    const name = paintName(app.padEnd(width))
    return text
      .split('\n')
      .map((line) => `${name} ${line}`)
      .join('\n')
  }
}
