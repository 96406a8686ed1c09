import type {ErrorCode} from '../../errors.ts'

// Of what the commit can't help: the same attempt may end otherwise.
const codes: ReadonlySet<string> = new Set<ErrorCode>([
  'ENGINE_MISSING',
  'ENGINE_DENIED',
  'ENGINE_UNRESPONSIVE',
  'ENGINE_LOST',
  'ENGINE_DISK_FULL',
  'ENVIRONMENT_HELD',
  'PROXY_UNREACHABLE',
  'HANDOVER_FAILED',
  'STATE_UNWRITABLE',
  'REMOTE_UNREACHABLE',
  'CHECKOUT_FAILED',
  'SNAPSHOT_MOVED',
  'GENERATION_STALE',
  'PORT_IN_USE',
  'ABORTED',
  'INTERRUPTED',
])

/** Whether an error says something of the machine and the moment, not of the commit. */
export const isPassing = (code: string | undefined): boolean => code !== undefined && codes.has(code)

const firstMs = 1000
const longestMs = 5 * 60_000

/** How long to wait after so many failures in a row. */
export const waitAfter = (failures: number): number => Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20))
