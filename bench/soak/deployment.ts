import {setTimeout as sleep} from 'node:timers/promises'

import type {Target, Traffic, Verified} from '../../src/lifecycle/ports.ts'
import type {ReleaseName} from '../../src/release/identity.ts'
import {startApplication} from './applications.ts'
import type {Application} from './applications.ts'
import type {Journal} from './journal.ts'

/** The releases behind the proxy: two applications that have the traffic by turns, each time as another release. */
export interface Deployment extends AsyncDisposable {
  liveGeneration(): number
  flip(signal: AbortSignal): Promise<void>
  /** Kills what is live and, a moment later, flips to a new one in its place. */
  replaceKilled(signal: AbortSignal): Promise<void>
  /** Resolves when nothing drains any more. */
  settle(): Promise<void>
}

export interface DeploymentOptions {
  traffic: Traffic
  journal: Journal
  drainMs: number
}

const replaceAfterMs = 300

export const deploy = async (
  {traffic, journal, drainMs}: DeploymentOptions,
  signal: AbortSignal,
): Promise<Deployment> => {
  const applications: Application[] = [await startApplication('a1'), await startApplication('b1')]
  const draining = new Set<Promise<void>>()
  let generation = 0
  let live = 0
  let started = 1

  const retire = async (target: Target): Promise<void> => {
    const retired = journal.began('retired', target.release)
    await traffic.drain(target, drainMs, signal)
    await traffic.forget(target, signal)
    journal.ended(retired)
  }
  const flipTo = async (application: number): Promise<void> => {
    const {port, name} = applications[application] as Application
    const release = `r${generation + 1}-aaaaaaa` as ReleaseName
    // Each release is a container of its own.
    const target = {
      release,
      generation: generation + 1,
      address: {host: '127.0.0.1', port},
      instance: `${name}-${release}`,
    }
    const flipped = journal.began('flip', release)
    const {previous} = await traffic.flip(target as Verified<Target>, signal)
    journal.ended(flipped)
    generation += 1
    live = application
    if (previous === undefined) return
    const retiring = retire(previous).catch((error: unknown) => {
      // A proxy that died meanwhile has nothing left to drain.
      if (!signal.aborted)
        journal.failed({
          kind: 'control',
          reason: String(error),
          startMs: journal.now(),
          answered: false,
          repeatable: false,
          release,
        })
    })
    draining.add(retiring)
    void retiring.finally(() => draining.delete(retiring))
  }
  await flipTo(0)
  return {
    liveGeneration: () => generation,
    flip: async () => flipTo(1 - live),
    async replaceKilled() {
      const dead = applications[live] as Application
      const killed = journal.began('application killed', `r${generation}, ${dead.name}`)
      await dead.kill()
      journal.ended(killed)
      await sleep(replaceAfterMs, undefined, {signal})
      started += 1
      applications[live] = await startApplication(`${dead.name.slice(0, 1)}${started}`)
      await flipTo(live)
    },
    async settle() {
      await Promise.all(draining)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(applications.map(async (application) => application.kill()))
    },
  }
}
