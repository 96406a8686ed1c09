import path from 'node:path'

import type {ReplaySettings} from '../../config/parity.ts'
import {ImmError} from '../../errors.ts'
import {replayBehaviour} from '../../parity/replay/replay-behaviour.ts'
import type {Finding, ParityReport} from '../../parity/report/finding.ts'
import {parseReference} from '../../parity/sides/reference.ts'
import type {StatePaths} from '../../state/paths.ts'
import {openReplaySide, type ReplayReference} from './replay-side.ts'

/** Requests that are to be sent to both sides. */
export interface ReplayOptions {
  /** HAR */
  file: string
  /** undefined: those that change nothing */
  methods: readonly string[] | undefined
  /** `NAME=VARIABLE`: sent with every request, the value from the environment, where no list of processes shows it */
  headers: readonly string[]
  environment: Readonly<Record<string, string | undefined>>
  onRequest: (done: number, of: number) => void
}

export interface BehaviourContext {
  /** absolute */
  cwd: string
  paths: StatePaths
  onWarning: (message: string) => void
}

export interface Behaviour {
  findings: readonly Finding[]
  uncompared: ParityReport['uncompared']
}

/** Sends what was recorded to both sides. Containers that are started for it are gone when this ends. */
export const behaviourOf = async (
  [a, b]: readonly [string, string],
  {file, methods, headers, environment, onRequest}: ReplayOptions,
  settings: ReplaySettings,
  context: BehaviourContext,
  signal: AbortSignal,
): Promise<Behaviour> => {
  const asked = [a, b].map((name) => ({name, reference: askable(name)}))
  const sent = headersOf(headers, environment)
  await using stack = new AsyncDisposableStack()
  const open = async (at: number) => {
    const side = asked[at]
    if (!side) throw new ImmError('USAGE', 'two sides are asked')
    return stack.use(await openReplaySide(side.name, side.reference, context, signal))
  }
  const sides = [await open(0), await open(1)] as const
  const {findings, requests, skipped, noise, uncompared} = await replayBehaviour(
    path.resolve(context.cwd, file),
    ...sides,
    settings,
    {methods, headers: sent, onRequest},
    signal,
  )
  for (const {reason, count} of skipped) context.onWarning(`${count} requests of ${file} were not sent: ${reason}`)
  if (noise.length > 0)
    context.onWarning(`left out, as it differs from answer to answer of one side: ${noise.slice(0, 10).join(', ')}`)
  const nothing = requests === 0 ? [{area: 'behaviour', reason: `nothing of ${file} could be sent`}] : []
  return {findings, uncompared: [...uncompared, ...nothing]}
}

const askable = (name: string): ReplayReference => {
  const reference = parseReference(name)
  if (
    reference.kind === 'url' ||
    reference.kind === 'env' ||
    reference.kind === 'image' ||
    reference.kind === 'release'
  )
    return reference
  throw new ImmError('USAGE', `requests can't be sent to ${name}`, {
    next: 'Give --replay two of image:REF, release:r12, env:main and URLs. `imm build --tag NAME` makes an image of the working tree.',
  })
}

const headersOf = (
  given: readonly string[],
  environment: ReplayOptions['environment'],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    given.map((text) => {
      const [, name, variable] = /^([\w!#$%&'*+.^`|~-]+)=(\w+)$/.exec(text) ?? []
      if (name === undefined || variable === undefined)
        throw new ImmError('USAGE', '--header takes the name of a header and of a variable that has its value', {
          next: 'Write it as --header authorization=STAGING_TOKEN.',
        })
      const value = environment[variable]
      if (value === undefined) throw new ImmError('USAGE', `there is no variable ${variable} for the header ${name}`)
      return [name, value]
    }),
  )
