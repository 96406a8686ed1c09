import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'

import {setupDirectory, type SetupContext} from './context.ts'
import type {Endpoint} from './endpoint.ts'
import {callEngine, engineError} from './engine-api.ts'
import {hasImage} from './local-image.ts'

/** A registry that has not begun to send within this time does not answer. */
const firstWordTimeoutMs = 5000
const pullTimeoutMs = 5 * 60_000
const rememberMs = 6 * 60 * 60_000

/** True when the engine has the image, or could get it from its registry. That it could not is remembered for some hours. */
export const haveRegistryImage = async (
  engine: Endpoint,
  reference: string,
  {signal, say}: SetupContext,
): Promise<boolean> => {
  if (await hasImage(engine, reference, signal)) return true
  const memory = path.join(setupDirectory(), 'registry-silent')
  if (silentSince(memory) > Date.now() - rememberMs) return false
  if (await pull(engine, reference, signal)) {
    say(`pulled ${reference}`)
    return true
  }
  say(
    `no image registry answers for ${reference}; asked again in ${rememberMs / 3_600_000} hours (or once ${memory} is removed)`,
  )
  mkdirSync(path.dirname(memory), {recursive: true})
  writeFileSync(memory, String(Date.now()))
  return false
}

const pull = async (engine: Endpoint, reference: string, signal: AbortSignal): Promise<boolean> => {
  const silence = new AbortController()
  const firstWord = setTimeout(() => silence.abort(), firstWordTimeoutMs)
  const stop = AbortSignal.any([signal, silence.signal, AbortSignal.timeout(pullTimeoutMs)])
  try {
    const answer = await callEngine(
      engine,
      {
        method: 'POST',
        path: `/images/create?fromImage=${encodeURIComponent(reference)}`,
        onLine: () => clearTimeout(firstWord),
      },
      stop,
    )
    return engineError(answer) === undefined
  } catch {
    signal.throwIfAborted()
    return false
  } finally {
    clearTimeout(firstWord)
  }
}

const silentSince = (file: string): number => {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}
