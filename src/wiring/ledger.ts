import {hostname, userInfo} from 'node:os'

import type {Settings} from '../config/settings.ts'
import {defaultLimits} from '../ledger/append.ts'
import {isLasting, type Content, type PlainSettings, type Writer} from '../ledger/entry.ts'
import {placeOf} from '../ledger/files.ts'
import {ledgerKey} from '../ledger/key.ts'
import {plainSettings} from '../ledger/plain-settings.ts'
import {createRedactor} from '../ledger/redact.ts'
import {openWriter} from '../ledger/writer.ts'
import type {Happening} from '../lifecycle/events.ts'
import {settingsDigestOf} from '../lifecycle/plan.ts'
import {packageVersion} from '../proxy/package-version.ts'
import type {AppId} from '../release/identity.ts'
import type {StatePaths} from '../state/paths.ts'

/** The history of an app in an environment, as one process writes it. Disposing resolves when it is on the disk. */
export interface OpenLedger extends AsyncDisposable {
  /** A listener of the lifecycle's events: what lasts is written, without secrets. */
  listen(happening: Happening): void
  /** Settings that releases may be made of from now on. */
  knows(settings: Settings): void
  /** Variables whose values may be secrets: of what is beside the app. */
  learns(variables: Readonly<Record<string, string>>): void
  /** A secret that its settings only name. */
  hides(name: string, content: string): void
  /** What is no event of the lifecycle. */
  record(content: Extract<Content, {type: 'down'}>): void
}

/** Never fails: without its history imm goes on, and `onTrouble` is told why. */
export const openLedger = async (
  id: AppId,
  {home, runtime}: StatePaths,
  onTrouble: (message: string) => void,
  signal: AbortSignal,
): Promise<OpenLedger> => {
  const writer = openWriter({place: placeOf(home, id), runtime, who: writerHere(), limits: defaultLimits, onTrouble})
  const redactor = createRedactor()
  const configurations = new Map<string, PlainSettings>()
  const key = await ledgerKey(home, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    onTrouble(`the history is kept without settings: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  })
  return {
    listen(happening) {
      if (!isLasting(happening)) return
      const content: Content =
        happening.type === 'release' ? {...happening, configuration: configurations.get(happening.settings)} : happening
      writer.record(redactor.redact(content))
    },
    knows(settings) {
      redactor.learn(settings.env)
      redactor.learn(settings.build.args)
      for (const {env} of settings.jobs) redactor.learn(env)
      if (key) configurations.set(settingsDigestOf(settings), plainSettings(settings, key))
    },
    learns: (variables) => redactor.learn(variables),
    hides: (name, content) => redactor.hide(name, content),
    record: (content) => writer.record(redactor.redact(content)),
    [Symbol.asyncDispose]: async () => writer[Symbol.asyncDispose](),
  }
}

const writerHere = (): Writer => ({user: userHere(), host: hostname(), pid: process.pid, imm: packageVersion()})

const userHere = (): string => {
  try {
    return userInfo().username
  } catch {
    // A user id without a name, as in containers.
    return String(process.getuid?.() ?? 'unknown')
  }
}
