import type {LifecycleEvent} from '../../lifecycle/events.ts'
import {serviceText} from '../service-text.ts'
import type {Paint} from '../style.ts'

type ServiceEvent = Extract<LifecycleEvent, {type: 'service'}>

const styles: Readonly<Partial<Record<ServiceEvent['state'], Parameters<Paint>[0]>>> = {
  pulling: 'dim',
  found: 'dim',
  starting: 'dim',
  removed: 'dim',
  replaced: 'yellow',
  unhealthy: 'yellow',
  exited: 'red',
  failed: 'red',
}

/** A change of a backing service, with its last lines where it ended. */
export const serviceWords = (event: ServiceEvent, paint: Paint): string => {
  const text = serviceText(event)
  const style = styles[event.state]
  return [
    style === undefined ? text : paint(style, text),
    ...(event.output ?? []).map((line) => `  ${paint('dim', '|')} ${line}`),
    ...(event.next === undefined ? [] : [`  next: ${event.next}`]),
  ].join('\n')
}
