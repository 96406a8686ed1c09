import {createHmac} from 'node:crypto'

import type {Settings} from '../config/settings.ts'
import type {PlainSettings} from './entry.ts'
import {looksSensitive} from './redact.ts'

const longestText = 500

/**
 * Settings as dotted keys and texts, to be kept and compared. A value of the environment, a build argument, and what has the name of a
 * secret is told by a digest under a key that never leaves the machine: that it changed is seen, and what it is can't be tried out.
 */
export const plainSettings = (
  {project: _project, app: _app, build, files, ...rest}: Settings,
  key: Buffer,
): PlainSettings => {
  const {context: _context, secrets, ...built} = build
  // Where secrets come from may be a secret itself, and is another on each machine.
  const asked = {...built, ...(secrets ? {secrets: secrets.map(({id}) => id)} : {})}
  const mounted = files.map(({source: {kind}, ...file}) => ({...file, source: kind}))
  return Object.fromEntries(
    plain({...rest, build: asked, files: mounted}, '', false, key).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Sections whose values may be secrets, whatever their names: what a check sends and expects among them. */
const valued = /^(?:env|jobs\.\d+\.env|build\.args|verify\.\d+\.(?:headers|body|expect))$/

const plain = (value: unknown, name: string, secret: boolean, key: Buffer): [string, string][] => {
  if (value === undefined || value === null) return []
  const inside = secret || valued.test(name)
  if (typeof value !== 'object') {
    const whole = typeof value === 'string' ? value : JSON.stringify(value)
    return [[name, inside ? keyedDigest(name, whole, key) : text(whole)]]
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return []
    const isFlat = value.every((each) => typeof each !== 'object')
    if (isFlat) return plain(JSON.stringify(value), name, inside, key)
    return value.flatMap((each, index) => plain(each, `${name}.${index + 1}`, inside, key))
  }
  return Object.entries(value).flatMap(([field, inner]) =>
    plain(inner, name === '' ? field : `${name}.${field}`, inside || looksSensitive(field), key),
  )
}

const text = (value: string): string => (value.length > longestText ? `${value.slice(0, longestText)}…` : value)

/** The name goes in: that two variables have the same value is nobody's business either. */
const keyedDigest = (name: string, value: string, key: Buffer): string =>
  `hmac:${createHmac('sha256', key).update(`${name}\0${value}`).digest('hex').slice(0, 16)}`

/** One setting of which two releases differ; undefined where it isn't set. */
export interface SettingDifference {
  key: string
  before: string | undefined
  after: string | undefined
}

export const settingDifferences = (before: PlainSettings, after: PlainSettings): SettingDifference[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .toSorted()
    .filter((key) => before[key] !== after[key])
    .map((key) => ({key, before: before[key], after: after[key]}))
