import type {CommandCheckSettings, Settings} from '../../config/settings.ts'
import {isImmError} from '../../errors.ts'
import type {ContainerOptions} from '../../release/container.ts'
import type {ReleaseName} from '../../release/identity.ts'
import {environmentLabels} from '../../release/labels.ts'
import {containerName} from '../../release/names.ts'
import {mountsOf} from '../launch.ts'
import type {Member} from '../member.ts'
import {placeFiles} from '../place-files.ts'
import type {Address, GateEnd, OnceResult} from '../ports.ts'
import type {Run} from '../run.ts'
import type {World} from '../world.ts'
import type {Finding} from './run-check.ts'
import {createTail} from './tail.ts'
import {within} from './within.ts'

type Here = Pick<Run, 'world' | 'standing'>

/** A command on this machine; it knows the candidate by its own address. */
export const runOnHost = async (
  {command, timeoutMs}: CommandCheckSettings,
  candidate: Member,
  at: Here,
  signal: AbortSignal,
): Promise<Finding> => {
  const tail = createTail()
  const {live} = at.standing
  const {protocol} = candidate.settings
  const env = variables(candidate.release, urlOf(candidate.address, protocol), urlOf(live?.address, protocol), at.world)
  const end = await within(timeoutMs, at.world.clock, signal, async (inner) =>
    at.world.gates.command({command, env}, tail.add, inner),
  )
  return {reason: end === 'too late' ? tooLate(timeoutMs) : whyHost(end), output: tail.lines}
}

/** A command in a container of its own, of the candidate's image and settings, that shares the candidate's network. */
export const runInImage = async (
  {command, timeoutMs}: CommandCheckSettings,
  number: number,
  candidate: Member,
  at: Here,
  signal: AbortSignal,
): Promise<Finding> => {
  const {id, engine, clock} = at.world
  const {release, generation, image, settings, instance, port} = candidate
  const {protocol} = settings
  // Published on this machine's loopback, it is reached from here and not from in there.
  const previous = engine.facts.reach === 'address' ? at.standing.live?.address : undefined
  const tail = createTail()
  const spec = {
    name: `${containerName(id, release, generation)}_gate${number}`,
    image: image.id,
    labels: {...environmentLabels(id), 'imm.release': release, 'imm.role': 'gate'},
    env: {
      ...settings.env,
      ...variables(release, urlOf({host: '127.0.0.1', port}, protocol), urlOf(previous, protocol), at.world),
    },
    command,
    user: settings.user,
    ...mountsOf(settings, id),
    options: withoutEntrypoint(settings.container.options),
    binds: [...settings.container.binds, ...(await placeFiles(release, settings, at.world, signal))],
    ...settings.resources,
    network: instance,
  }
  try {
    const end = await within(timeoutMs, clock, signal, async (inner) =>
      engine.runOnce(spec, ({text}) => tail.add(text), inner),
    )
    return {reason: end === 'too late' ? tooLate(timeoutMs) : whyImage(end), output: tail.lines}
  } catch (error) {
    if (!isImmError(error, 'CRASHED')) throw error
    return {reason: error.message, output: tail.lines}
  }
}

/** The command takes its place. */
const withoutEntrypoint = ({entrypoint: _entrypoint, ...options}: ContainerOptions): ContainerOptions => options

const variables = (release: ReleaseName, url: string, previous: string, {id}: World): Record<string, string> => ({
  IMM_URL: url,
  IMM_RELEASE: release,
  IMM_PREVIOUS_URL: previous,
  IMM_PROJECT: id.project,
  IMM_ENVIRONMENT: id.environment,
})

/** Empty for what listens on nothing, or isn't there. */
const urlOf = (address: Address | undefined, protocol: Settings['protocol']): string => {
  if (!address || address.port === 0) return ''
  const {host, port} = address
  return `${protocol === 'tcp' ? 'tcp' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

export const tooLate = (timeoutMs: number): string =>
  `expected its end within ${timeoutMs / 1000} s, and it was still running`

const whyHost = (end: GateEnd): string | undefined => {
  switch (end.outcome) {
    case 'exited':
      return whyExit(end.exitCode)
    case 'killed':
      return `expected exit code 0, and it was ended by ${end.by}`
    case 'not started':
      return `it can't be started: ${end.detail}`
  }
  return end satisfies never
}

export const whyImage = ({exitCode, outOfMemory}: OnceResult): string | undefined =>
  outOfMemory ? 'out of memory: its container was killed' : whyExit(exitCode)

const whyExit = (exitCode: number): string | undefined =>
  exitCode === 0 ? undefined : `expected exit code 0, got ${exitCode}${exitCode === 127 ? ' (not found)' : ''}`
