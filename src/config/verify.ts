import type {z} from 'zod'

import {defaultChecks} from './defaults.ts'
import type {check} from './keys/verify.ts'
import type {CheckSettings, ExpectSettings} from './settings.ts'

type FileCheck = z.output<typeof check>

const longestName = 60

/** The checks of imm.yaml with all that they leave out. */
export const checksOf = (checks: readonly FileCheck[]): CheckSettings[] => checks.map(checkOf)

const checkOf = ({name, timeout, http, expect, retry, command, in: place}: FileCheck): CheckSettings => {
  if (!http) {
    const words = command ?? []
    return {
      kind: place ?? 'command',
      name: name ?? shortened(words.join(' ')),
      command: words,
      timeoutMs: timeout ?? defaultChecks.commandTimeoutMs,
    }
  }
  const {path, method = 'GET', headers = {}, body} = http
  const isJson = body !== undefined && typeof body !== 'string'
  const typed = Object.keys(headers).some((key) => key.toLowerCase() === 'content-type')
  return {
    kind: 'http',
    name: name ?? shortened(`${method} ${path}`),
    method,
    path,
    headers: isJson && !typed ? {...headers, 'content-type': 'application/json'} : headers,
    body: isJson ? JSON.stringify(body) : body,
    expect: expectOf(expect ?? {}),
    timeoutMs: timeout ?? defaultChecks.answerTimeoutMs,
    retryMs: retry ?? 0,
  }
}

const expectOf = ({status, text = [], match = [], headers = {}, ...rest}: NonNullable<FileCheck['expect']>) => ({
  status: status ?? [{from: 200, to: 299}],
  text,
  match,
  // null is something to expect as well.
  json: 'json' in rest ? {value: rest.json} : undefined,
  headers: Object.fromEntries(
    Object.entries(headers).map(([key, value]): [string, ExpectSettings['headers'][string]] => [
      key.toLowerCase(),
      typeof value === 'string' ? {contains: value} : value,
    ]),
  ),
})

/** A text as a name: one line, not long. */
export const shortened = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line
}
