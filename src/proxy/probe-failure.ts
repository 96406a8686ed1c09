import type {Observation} from '../lifecycle/ports.ts'

/** What an error says that ended an attempt; `connected`: it had a connection before. */
export const probeFailure = (error: NodeJS.ErrnoException, connected: boolean): Observation => {
  const {code = '', message} = error
  if (code.startsWith('HPE_')) return {outcome: 'garbage', detail: message}
  switch (code) {
    case 'ECONNREFUSED':
      return {outcome: 'refused', detail: message}
    case 'ETIMEDOUT':
      return {outcome: 'timeout', connected}
    case 'ECONNRESET':
    case 'EPIPE':
      return {outcome: 'reset', detail: message}
    default:
      return {outcome: 'unreachable', detail: message}
  }
}
