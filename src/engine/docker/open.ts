import type Docker from 'dockerode'

import {ImmError, isImmError} from '../../errors.ts'
import type {Engine} from '../../lifecycle/ports.ts'
import type {Candidate} from '../candidates.ts'
import {call} from './call.ts'
import {type Client, connectionTo, ping} from './client.ts'
import {dockerEngine} from './engine.ts'
import {apiVersion, isPodman, readFacts, type Wishes} from './facts.ts'
import {followers} from './followers.ts'
import {nothingKept} from './kept.ts'
import type {Surroundings} from './registry/credentials.ts'

export interface OpenOptions extends Wishes {
  answerMs: number
  platform: NodeJS.Platform
  surroundings?: Surroundings
}

/** The engine at one place; rejects with why it does not answer there. */
export const openEngine = async (candidate: Candidate, options: OpenOptions, signal: AbortSignal): Promise<Engine> =>
  dockerEngine(await openClient(candidate, options, signal))

export const openClient = async (candidate: Candidate, options: OpenOptions, signal: AbortSignal): Promise<Client> => {
  const {name, endpoint} = candidate
  const connection = await connectionTo(candidate)
  // dockerode takes 150 ms to load, so only who talks to an engine pays for it.
  const {default: DockerodeClient} = await import('dockerode')
  const open = (version?: string): Docker =>
    // The constructor reads DOCKER_HOST of this process for every field it is not given, and its types know no agent.
    new DockerodeClient({...connection, version})
  try {
    const headers = await call(`asking ${name}`, signal, (abort) => ping(open(), abort), options.answerMs)
    const docker = open(`v${apiVersion(headers)}`)
    const libpod = isPodman(headers) ? open('v4.0.0/libpod') : undefined
    const found = {docker, endpoint, headers, platform: options.platform}
    // What answered once may be slow because the machine is: it has the time of any call.
    const read = await call(`asking ${name}`, signal, () => readFacts(found, options))
    return {docker, ...read, libpod, followers: followers(), kept: nothingKept(), surroundings: options.surroundings}
  } catch (error) {
    // Nothing was lost that had not been there.
    if (isImmError(error, 'ENGINE_LOST')) throw new ImmError('ENGINE_MISSING', error.message, {cause: error.cause})
    throw error
  }
}
