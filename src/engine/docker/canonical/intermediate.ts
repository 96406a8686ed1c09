import {setTimeout as sleep} from 'node:timers/promises'

import type {Client} from '../client.ts'
import {images, untag} from '../images.ts'

const never = new AbortController().signal

const mark = '-building-'

// Longer than any build; what is older was left by one that was killed.
const oldestMs = 24 * 3600 * 1000

/** The name of an image that is only a step on the way to another; says when it was begun, because a cached image keeps its old date. */
export const temporaryReference = (reference: string, nowMs: number, suffix: string): string =>
  `${reference}${mark}${nowMs.toString(36)}-${suffix}`

/** Whether a name is one of those, of a build that was begun too long ago to be under way. */
export const isForgotten = (reference: string, nowMs: number): boolean => {
  const [, begun] = /-building-([0-9a-z]+)-[0-9a-f]+$/.exec(reference) ?? []
  return begun !== undefined && nowMs - Number.parseInt(begun, 36) > oldestMs
}

// How long an engine may go on with the export of an image that nobody waits for any more.
const lateMs = 1000
const lookMs = 200

/** Takes the step on the way away. Of a build that was given up it may still be coming: an engine ends an export that it has begun. */
export const removeIntermediate = async (client: Client, reference: string, givenUp: boolean): Promise<void> => {
  await untag(client, reference, never)
  if (!givenUp) return
  for (let waitedMs = 0; waitedMs < lateMs; waitedMs += lookMs) {
    await sleep(lookMs)
    await untag(client, reference, never)
  }
}

/** Takes away what builds of the same app left that were killed. */
export const removeForgotten = async (
  client: Client,
  reference: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> => {
  const repository = reference.slice(0, reference.lastIndexOf(':'))
  const wanted = Object.fromEntries(
    Object.entries(labels).filter(([key]) => key === 'imm.project' || key === 'imm.app'),
  )
  for (const {references} of await images(client, wanted, signal))
    for (const each of references)
      if (each.startsWith(`${repository}:`) && isForgotten(each, Date.now())) await untag(client, each, signal)
}
