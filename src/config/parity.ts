import path from 'node:path'

import {configFileNames} from './defaults.ts'
import {findConfigFile} from './find.ts'

/** `parity:` of imm.yaml. Plain data. */
export interface ParitySettings {
  /** the side that the working tree is compared with, as on the command line: `lock:staging.lock`, `image:shop:1` */
  against: string | undefined
  /** by rule id, or by the beginning of some: `os.package.version`, `os.*` */
  rules: Readonly<Record<string, 'off' | 'note' | 'warning' | 'error'>>
  exceptions: readonly ParityException[]
  replay: ReplaySettings
  /** where the map of rules is written, by what is written there */
  places?: Readonly<Record<string, {file: string; line: number | undefined}>> | undefined
}

/** Differences that are known and allowed. */
export interface ParityException {
  /** an id, or the beginning of some */
  rule: string
  /** a glob over subjects; left out: all */
  subject: string | undefined
  reason: string
  /** the last day on which it holds, `2026-12-31`; left out: for good */
  until: string | undefined
  /** where it is written */
  place: {file: string; line: number | undefined}
}

/** How requests are kept, and their answers compared. */
export interface ReplaySettings {
  /** fields and headers whose values are not kept, beside cookies and authorization */
  redact: readonly string[]
  ignore: {
    /** headers, in any case */
    headers: readonly string[]
    /** of JSON: `items.*.id`, `**.createdAt` */
    fields: readonly string[]
    /** globs of URL paths that are not replayed */
    paths: readonly string[]
  }
  /** of these arrays of JSON the order does not matter; same form as fields */
  unordered: readonly string[]
}

/** What imm.yaml of a directory says of parity. It is no part of what makes a release. CONFIG_INVALID names every mistake. */
export const loadParitySettings = async (directory: string, signal: AbortSignal): Promise<ParitySettings> => {
  const file = await findConfigFile(path.resolve(directory), signal)
  const {against, rules = {}, exceptions = [], replay = {}} = file?.settings.parity ?? {}
  return {
    against,
    rules,
    ...(file && {
      places: Object.fromEntries(Object.keys(rules).map((rule) => [rule, file.place(['parity', 'rules', rule])])),
    }),
    exceptions: exceptions.map(({rule, subject, reason, until}, index) => ({
      rule,
      subject,
      reason,
      until,
      place: file?.place(['parity', 'exceptions', index]) ?? {file: configFileNames[0], line: undefined},
    })),
    replay: {
      redact: replay.redact ?? [],
      ignore: {
        headers: replay.ignore?.headers ?? [],
        fields: replay.ignore?.fields ?? [],
        paths: replay.ignore?.paths ?? [],
      },
      unordered: replay.unordered ?? [],
    },
  }
}
