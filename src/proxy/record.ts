import {ImmError} from '../errors.ts'
import type {Announcement, Target} from '../lifecycle/ports.ts'
import type {ReleaseName} from '../release/identity.ts'

/** Reads what came over the socket or from the state file: the same records, the same distrust. */

export const readTarget = (value: unknown): Target => {
  const record = readRecord(value, 'target')
  const address = readRecord(record['address'], 'address')
  return {
    release: readText(record, 'release') as ReleaseName,
    generation: readInteger(record, 'generation', 1, Number.MAX_SAFE_INTEGER),
    // 0: nothing is sent there, as for one that listens nowhere
    address: {host: readText(address, 'host'), port: readInteger(address, 'port', 0, 65_535)},
    instance: readText(record, 'instance'),
    ...(record['protocol'] === 'h2c' ? {protocol: 'h2c' as const} : {}),
    ...(record['port'] === undefined ? {} : {port: readInteger(record, 'port', 0, 65_535)}),
  }
}

export const readAnnouncement = (value: unknown): Announcement => {
  const record = readRecord(value, 'announcement')
  const output = readList(record, 'output')
  return {
    stage: readText(record, 'stage'),
    release:
      record['release'] === undefined || record['release'] === null
        ? undefined
        : (readText(record, 'release') as ReleaseName),
    message: typeof record['message'] === 'string' ? record['message'] : '',
    output: output.map(String),
    ...(record['failed'] === true ? {failed: true} : {}),
  }
}

export const readRecord = (value: unknown, name: string): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, value)
  return value as Record<string, unknown>
}

export const readInteger = (record: Record<string, unknown>, key: string, min: number, max: number): number => {
  const value = record[key]
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) throw wrong(key, value)
  return value
}

export const readText = (record: Record<string, unknown>, key: string): string => {
  const value = record[key]
  // They become part of headers and of log lines.
  if (typeof value !== 'string' || value === '' || value.length > 1024 || /[^\x20-\x7e]/.test(value))
    throw wrong(key, value)
  return value
}

export const readNumber = (record: Record<string, unknown>, key: string, min: number, max: number): number => {
  const value = record[key]
  if (typeof value !== 'number' || !(value >= min && value <= max)) throw wrong(key, value)
  return value
}

export const readList = (record: Record<string, unknown>, key: string): readonly unknown[] => {
  const value = record[key]
  if (!Array.isArray(value)) throw wrong(key, value)
  return value as readonly unknown[]
}

export const wrong = (key: string, value: unknown): ImmError =>
  new ImmError('USAGE', `the proxy can't take ${key}: ${JSON.stringify(value)?.slice(0, 200) ?? 'nothing'}`)
