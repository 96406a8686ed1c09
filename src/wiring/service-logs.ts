import {setTimeout as sleep} from 'node:timers/promises'

import {isImmError} from '../errors.ts'
import type {LogLine} from '../lifecycle/ports.ts'
import type {Where} from './identify.ts'
import {openService} from './services.ts'

export interface ServiceLogsRequest {
  where: Where
  service: string
  follow: boolean
  /** the last so many lines; undefined: all */
  tail: number | undefined
}

const lookMs = 250

/** Lines that a backing service has printed; followed, also those of what is started in its place. */
export const readServiceLogs = async (
  {where, service, follow, tail}: ServiceLogsRequest,
  onLine: (line: LogLine) => void,
  signal: AbortSignal,
): Promise<void> => {
  const {engine, instance} = await openService(where, service, signal)
  let {id} = instance
  let sinceMs: number | undefined
  for (let first = true; ; first = false) {
    const from = sinceMs === undefined ? {} : {sinceMs}
    const options = {follow, ...from, ...(first && tail !== undefined ? {tail} : {})}
    for await (const line of engine.logs(id, options, signal)) {
      sinceMs = line.timeMs
      onLine(line)
    }
    if (!follow) return
    await sleep(lookMs, undefined, {signal})
    const next = await idOf(where, service, signal)
    if (next === undefined || next === id) continue
    id = next
    sinceMs = undefined
  }
}

/** Undefined while it is being replaced. */
const idOf = async (where: Where, service: string, signal: AbortSignal): Promise<string | undefined> => {
  try {
    return (await openService(where, service, signal)).instance.id
  } catch (error) {
    if (isImmError(error, 'SERVICE_NOT_FOUND')) return undefined
    throw error
  }
}
