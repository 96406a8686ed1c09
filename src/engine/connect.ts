import {homedir} from 'node:os'
import process from 'node:process'

import {isImmError} from '../errors.ts'
import type {Engine} from '../lifecycle/ports.ts'
import {candidates} from './candidates.ts'
import {type Attempt, noEngine} from './no-engine.ts'

export interface ConnectOptions {
  /** DOCKER_HOST, DOCKER_CONTEXT and friends; IMM_REACH=address|published overrides how containers are reached */
  env: NodeJS.ProcessEnv
  platform: NodeJS.Platform
  signal: AbortSignal
  /** which of two engines wins where both answer */
  prefer?: 'docker' | 'podman'
  /** `classic`: not BuildKit, even where the engine has it */
  builder?: 'classic' | undefined
  /** how long an engine that accepts a connection may take to answer */
  answerMs?: number | undefined
}

/** Finds an engine that answers. ENGINE_DENIED, ENGINE_UNRESPONSIVE or ENGINE_MISSING, whichever says most, where none does. */
export const connectEngine = async (options: ConnectOptions): Promise<Engine> => {
  const {env, platform, signal, prefer = 'docker', builder, answerMs = 5000} = options
  const home = env['HOME'] || env['USERPROFILE'] || homedir()
  const surroundings = {env, platform, home, uid: process.getuid?.()}
  const [{openEngine}, places] = await Promise.all([import('./docker/open.ts'), candidates(surroundings, prefer)])
  const attempts: Attempt[] = []
  for (const candidate of places) {
    signal.throwIfAborted()
    try {
      // One after the other: the first place in order wins, however fast another answers.
      return await openEngine(candidate, {reach: reachOf(env), builder, answerMs, platform, surroundings}, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (!isImmError(error)) throw error
      attempts.push({candidate, error})
    }
  }
  throw await noEngine(attempts, surroundings)
}

const reachOf = ({IMM_REACH: reach}: NodeJS.ProcessEnv): 'address' | 'published' | undefined =>
  reach === 'address' || reach === 'published' ? reach : undefined
