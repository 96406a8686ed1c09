import type {AccessLine} from '../wiring/proxy.ts'
import {bytes, counted, duration} from './formats.ts'
import {safeText} from './safe-text.ts'
import {painter} from './style.ts'

type Entry = Extract<AccessLine, {type: 'request'}>

/** A line of `imm proxy logs --access` for people. */
export const accessText = (line: AccessLine, stream: NodeJS.WriteStream): string => {
  if (line.type === 'listening') return 'Requests are shown as they end. Ctrl-C ends this.'
  if (line.type === 'dropped')
    return `${counted(line.count, 'request')} left out: they came faster than they could be shown`
  const {time, status, method, host, path, query = '', ms, bytesOut, release} = line
  const paint = painter(stream)
  const parts = [
    paint('dim', time.slice(11, 23)),
    status === undefined ? '---' : paint(colourOf(status), String(status)),
    `${method} ${host}${path}${query}`,
    duration(ms),
    bytes(bytesOut),
    release ?? '',
    ...remarksOf(line),
  ]
  return safeText(parts.filter((part) => part !== '').join(' '), true)
}

const colourOf = (status: number): 'red' | 'yellow' | 'green' => {
  if (status >= 500) return 'red'
  return status >= 400 ? 'yellow' : 'green'
}

/** What did not go as it nearly always does. */
const remarksOf = ({outcome, heldMs, attempts}: Entry): string[] => [
  ...(outcome === 'ok' ? [] : [outcome.replace('-', ' ')]),
  ...(heldMs > 0 ? [`waited ${duration(heldMs)}`] : []),
  ...(attempts > 1 ? [`sent ${attempts} times`] : []),
]
