import type {TopRow} from '../wiring/top.ts'
import {appName} from './app-name.ts'
import {bytes, columnsOf, duration, percent, table} from './formats.ts'

/** `imm top` for people. */
export const topText = (rows: readonly TopRow[], stream: {isTTY?: boolean; columns?: number}): string => {
  if (rows.length === 0) return 'Nothing runs. `imm dev` starts the project in the current directory.'
  const headings = [
    'ENVIRONMENT',
    'RELEASE',
    'STATE',
    'SHARE',
    'REQ/S',
    'ERRORS',
    'P50',
    'P95',
    'BYTES/S',
    'UNDER WAY',
    'MEMORY',
    'CPU',
  ]
  return table(headings, rows.map(cellsOf), columnsOf(stream))
}

const cellsOf = (row: TopRow): string[] => [
  appName(row),
  row.release,
  row.state,
  row.share > 0 ? percent(row.share) : '',
  row.requestsPerS > 0 ? row.requestsPerS.toFixed(row.requestsPerS < 10 ? 1 : 0) : '0',
  row.errorShare === undefined ? '' : percent(row.errorShare),
  row.p50Ms === undefined ? '' : duration(row.p50Ms),
  row.p95Ms === undefined ? '' : duration(row.p95Ms),
  bytes(row.bytesInPerS + row.bytesOutPerS),
  row.held > 0 ? `${row.inFlight}, ${row.held} waiting` : String(row.inFlight),
  row.memoryBytes === undefined ? '' : bytes(row.memoryBytes),
  row.cpuPercent === undefined ? '' : `${row.cpuPercent.toFixed(row.cpuPercent < 10 ? 1 : 0)} %`,
]
