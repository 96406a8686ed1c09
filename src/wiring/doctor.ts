import {certificateFacts, certificateFindings} from '../doctor/certificates.ts'
import {freeSpace, heldFindings, spaceFindings} from '../doctor/disk.ts'
import {engineFindings} from '../doctor/engine.ts'
import {examine, type Check} from '../doctor/examine.ts'
import type {Finding} from '../doctor/finding.ts'
import {firewallFindings, readFirewall} from '../doctor/firewall.ts'
import {httpProxyFindings} from '../doctor/http-proxy.ts'
import {httpsFacts, httpsFindings} from '../doctor/https.ts'
import {countDirectories, watchesInUse, watchLimits} from '../doctor/inotify.ts'
import {leftoverFindings} from '../doctor/leftovers.ts'
import {readEngineMachine} from '../doctor/machine.ts'
import {lookUp, nameFindings} from '../doctor/names.ts'
import {openFilesFindings, readOpenFilesLimit} from '../doctor/open-files.ts'
import {lookAtDirectory, permissionFindings} from '../doctor/permissions.ts'
import {portFindings, portState} from '../doctor/port.ts'
import {projectFindings, type ProjectFacts} from '../doctor/project.ts'
import {startEngine} from '../doctor/start-engine.ts'
import {planStart} from '../doctor/start-plan.ts'
import {gitVersion, versionFindings} from '../doctor/versions.ts'
import {watchFindings} from '../doctor/watches.ts'
import {connectEngine} from '../engine/connect.ts'
import {contextCandidate} from '../engine/docker-context.ts'
import {ImmError, isImmError} from '../errors.ts'
import type {Engine} from '../lifecycle/ports.ts'
import {connectProxy} from '../proxy/client.ts'
import {packageVersion} from '../proxy/package-version.ts'
import {portHolder} from '../proxy/port-holder.ts'
import {mainPort} from '../proxy/settings.ts'
import type {ProxyStatus} from '../proxy/status.ts'
import {sessionStates} from '../session/ask.ts'
import {statePaths, type StatePaths} from '../state/paths.ts'
import {tlsPlace} from '../tls/place.ts'
import {projectIn} from './doctor-project.ts'
import {openEngine} from './engine.ts'
import {appIdOf} from './status.ts'

/** How much of the time there is, in ms, each may take. */
const limitsWithin = (wholeMs: number) => ({
  wholeMs,
  // The checks that build on the engine or the proxy have to have time left.
  partMs: wholeMs * 0.84,
  // Two places where an engine hangs fit into one part.
  answerMs: wholeMs * 0.4,
})

type Limits = ReturnType<typeof limitsWithin>

// Of a tree too large to count in this time it suffices to know that it is large.
const countMs = 1500

const {env, platform} = process

/** Looks at everything imm depends on, with the project in `directory` if there is one, and takes at most `withinMs`, whatever hangs. */
export const diagnose = async (directory: string, withinMs: number, signal: AbortSignal): Promise<Finding[]> => {
  const paths = statePaths()
  const limits = limitsWithin(withinMs)
  const shared = {
    engine: shareable(engineNow(paths, limits, signal)),
    proxy: shareable(proxyNow(paths, limits, signal)),
    project: shareable(projectIn(directory, signal)),
  }
  return examine(checksOf(paths, shared), limits.wholeMs, signal)
}

/** Starts an installed engine where none answers, announcing what it does; resolves to what is the user's to do instead. */
export const fixEngine = async (announce: (line: string) => void, signal: AbortSignal): Promise<string | undefined> => {
  const context = await contextCandidate({env, home: env['HOME'] || '/'})
  const plan = planStart(await readEngineMachine(env, context?.name.replace('Docker context ', '')))
  if (plan.kind === 'tell') return plan.text
  const answers = async () =>
    connectEngine({env, platform, signal}).then(
      () => true,
      (error: unknown) => {
        signal.throwIfAborted()
        if (isImmError(error)) return false
        throw error
      },
    )
  await startEngine(plan, {home: statePaths().home, answers, announce}, signal)
  return undefined
}

interface Shared {
  engine: Promise<Engine>
  proxy: Promise<ProxyStatus | undefined>
  project: Promise<ProjectFacts>
}

/** For several checks: its failure is told by the one that is about it. */
const shareable = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined)
  return promise
}

const unlessFailed = async <T>(promise: Promise<T>): Promise<T | undefined> => promise.catch(() => undefined)

const checksOf = (paths: StatePaths, {engine, proxy, project}: Shared): Check[] => [
  {name: 'engine', look: async () => engineFindings((await engine).facts, Boolean(env['IMM_REACH']))},
  {
    name: 'versions',
    look: async (signal) =>
      versionFindings({
        imm: packageVersion(),
        node: process.version,
        execPath: process.execPath,
        git: await gitVersion(signal),
      }),
  },
  {name: 'permissions', look: async () => permissions(paths)},
  {name: 'disk', look: async () => spaceFindings(await freeSpace("imm's state", paths.home))},
  {name: 'disk', look: async (signal) => engineDisk(await unlessFailed(engine), signal)},
  {name: 'watches', look: async (signal) => watches(await unlessFailed(project), signal)},
  {name: 'files', look: async () => openFilesFindings(await readOpenFilesLimit())},
  {name: 'port', look: async () => port(await proxy)},
  {name: 'names', look: async (signal) => names(await unlessFailed(project), signal)},
  {
    name: 'firewall',
    look: async () => {
      const found = await unlessFailed(engine)
      return found ? firewallFindings(await readFirewall(), found.facts.reach) : []
    },
  },
  {name: 'http-proxy', look: async () => httpProxyFindings(env)},
  {name: 'certificates', look: async () => certificateFindings(await certificateFacts(env))},
  {name: 'https', look: async () => httpsFindings(await httpsFacts(tlsPlace(paths.home)), Date.now())},
  {name: 'project', look: async () => projectFindings(await project)},
  {
    name: 'leftovers',
    look: async (signal) => {
      const [found, route] = await Promise.allSettled([engine, proxy])
      // Without one of them nothing is known, and their own checks say so.
      if (found.status === 'rejected' || route.status === 'rejected') return []
      return leftovers(paths, found.value, route.value, signal)
    },
  },
]

/** As this imm sees it: `imm down` and `imm gc` leave alone what another has there. */
const engineNow = (paths: StatePaths, {partMs, answerMs}: Limits, signal: AbortSignal): Promise<Engine> =>
  answered(
    async (within) => (await openEngine(paths, within, answerMs)).engine,
    new ImmError('ENGINE_UNRESPONSIVE', `no container engine answered within ${(partMs / 1000).toFixed(1)} s`),
    partMs,
    signal,
  )

const proxyNow = (paths: StatePaths, {partMs}: Limits, signal: AbortSignal): Promise<ProxyStatus | undefined> =>
  answered(
    async (within) => (await connectProxy({paths, signal: within}))?.status(within),
    new ImmError('PROXY_UNREACHABLE', `imm's proxy did not answer within ${(partMs / 1000).toFixed(1)} s`),
    partMs,
    signal,
  )

/** Work that ends with `late` where it takes longer than `withinMs`. */
const answered = async <T>(
  work: (within: AbortSignal) => Promise<T>,
  late: ImmError,
  withinMs: number,
  signal: AbortSignal,
): Promise<T> => {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(late), withinMs)
  try {
    return await work(AbortSignal.any([signal, deadline.signal]))
  } finally {
    clearTimeout(timer)
  }
}

const permissions = async ({home, runtime}: StatePaths): Promise<Finding[]> => {
  const facts = await Promise.all([lookAtDirectory('state', home), lookAtDirectory('sockets', runtime)])
  return facts.flatMap((each) => permissionFindings(each, process.getuid?.()))
}

const engineDisk = async (engine: Engine | undefined, signal: AbortSignal): Promise<Finding[]> => {
  if (engine === undefined) return []
  const {dataRoot} = engine.facts
  const [space, images, containers] = await Promise.all([
    dataRoot === undefined ? [] : freeSpace("the engine's data", dataRoot).then(spaceFindings),
    engine.images({}, signal),
    engine.instances({}, signal),
  ])
  return [...space, ...heldFindings(images, containers.length)]
}

const watches = async (project: ProjectFacts | undefined, signal: AbortSignal): Promise<Finding[]> => {
  const limits = watchLimits()
  if (limits === undefined) return []
  const soon = AbortSignal.any([signal, AbortSignal.timeout(countMs)])
  const directories = project?.kind === 'found' ? await countDirectories(project.context, soon) : undefined
  return watchFindings({limits, used: await watchesInUse(signal), directories})
}

const port = async (proxy: ProxyStatus | undefined): Promise<Finding[]> => {
  const wanted = mainPort(env)
  const state = proxy || wanted === 0 ? undefined : await portState(wanted)
  const holder = state === 'taken' ? await portHolder(wanted) : undefined
  return portFindings({port: wanted, proxy, state, holder})
}

const names = async (project: ProjectFacts | undefined, signal: AbortSignal): Promise<Finding[]> => {
  const host = project?.kind === 'found' ? `${project.name}.localhost` : 'PROJECT.localhost'
  return nameFindings(await lookUp('x.localhost', signal), host, platform)
}

const leftovers = async (
  {runtime}: StatePaths,
  engine: Engine,
  proxy: ProxyStatus | undefined,
  signal: AbortSignal,
): Promise<Finding[]> => {
  const [instances, held] = await Promise.all([engine.instances({}, signal), sessionStates(runtime, signal)])
  const containers = instances.flatMap(({labels}) => appIdOf(labels) ?? [])
  return leftoverFindings({containers, held, routed: proxy?.routes ?? []})
}
