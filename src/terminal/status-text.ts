import {soleApp} from '../release/identity.ts'
import type {EnvironmentStatus, ReleaseStatus} from '../wiring/status.ts'
import {appName} from './app-name.ts'
import {age, bytes, columnsOf, counted, percent, table} from './formats.ts'
import {safeText} from './safe-text.ts'
import {commandsText} from './touched-text.ts'

/** `imm status` for people. `verbose`: also of what it could not be found out. */
export const statusText = (
  environments: readonly EnvironmentStatus[],
  stream: {isTTY?: boolean; columns?: number},
  verbose = false,
): string => {
  if (environments.length === 0) return 'Nothing runs. `imm dev` starts the project in the current directory.'
  const withApps = environments.some(({app}) => app !== soleApp)
  const rows = environments.flatMap((environment, index) => {
    const {project, environment: name, app} = environment
    const before = environments[index - 1]
    const isFirst = before?.project !== project || before.environment !== name
    const [head = [], ...more] = rowsOf(environment)
    // Its name once, and its apps below each other.
    const label = `${isFirst ? `${project}/${name}` : ''}${withApps ? '' : unheld(environment)}`
    const whose = withApps ? [`${app === soleApp ? '' : app}${unheld(environment)}`.trim()] : []
    return [[label, ...whose, ...head], ...more.map((row) => ['', ...whose.map(() => ''), ...row])]
  })
  const headings = ['RELEASE', 'STATE', 'CREATED', 'REQUESTS', 'ADDRESS']
  return [
    table(['ENVIRONMENT', ...(withApps ? ['APP'] : []), ...headings], rows, columnsOf(stream)),
    ...(environments.some(isUnreachable)
      ? [
          `The proxy does not run: nothing is reachable at these addresses until ${backBy(environments.filter(isUnreachable))}.`,
        ]
      : []),
    ...environments.flatMap((one) => [
      ...rejectionOf(one),
      ...conditionsOf(one, verbose),
      ...pinOf(one),
      ...diskOf(one),
    ]),
  ].join('\n')
}

/** Has something to reach, and no proxy to reach it by. A preview that sleeps would be woken. */
const isUnreachable = ({proxyRuns, preview, heldBy, releases}: EnvironmentStatus): boolean =>
  !proxyRuns &&
  (heldBy !== undefined ||
    releases.some(({state}) => state === 'running' || state === 'warm' || (preview && state === 'stopped')))

/** What starts it: of previews alone nobody does by himself. */
const backBy = (unreachable: readonly EnvironmentStatus[]): string =>
  unreachable.every(({preview}) => preview)
    ? '`imm proxy restart`, or the next `imm preview up`, `open` or `share`'
    : '`imm proxy restart`, or the next release of an `imm dev`'

const conditionsOf = (environment: EnvironmentStatus, verbose: boolean): string[] =>
  environment.releases
    .filter(({state}) => state === 'live' || state === 'running' || state === 'warm')
    .flatMap((release) => [...driftOf(environment, release, verbose), ...touchOf(release)])

const driftOf = (
  {project, environment, app}: EnvironmentStatus,
  {release, state, condition}: ReleaseStatus,
  verbose: boolean,
): string[] => {
  if (!condition) return []
  const {drift} = condition
  const look = `imm drift --project ${project} --environment ${environment}${app === soleApp ? '' : ` --app ${app}`}`
  if (!drift) return verbose ? [`${release}: whether it drifted could not be found out in time: ${look}`] : []
  const {count, unsure, first, declare} = drift
  const left = unsure === 0 ? '' : `${counted(unsure, 'changed or touched path')} not compared in time`
  if (count === 0) return left === '' ? [] : [`${release} (${state}): ${left}: ${look}`]
  const more = count > first.length ? ` and ${count - first.length} more` : ''
  const beside = left === '' ? '' : `, ${left}`
  const how = declare ? `; declare what it writes: ${declare.tmpfs} or ${declare.volumes}` : ''
  return [safeText(`${release} (${state}) drifted: ${first.join(', ')}${more}${beside}: ${look}${how}`, false)]
}

const touchOf = ({release, condition}: ReleaseStatus): string[] =>
  condition?.touched
    ? [
        `${release} was touched by imm exec (${commandsText(condition.touches)}) at ${condition.touched.at} by ${condition.touched.by}`,
      ]
    : []

const rejectionOf = ({rejected, ...id}: EnvironmentStatus): string[] =>
  rejected
    ? [
        `${appName(id)}: ${rejected.code === 'REVERTED' ? '' : `the last save was rejected in ${rejected.stage} (${rejected.code}): `}${rejected.message}`,
      ]
    : []

const pinOf = ({pinned, ...id}: EnvironmentStatus): string[] =>
  pinned
    ? [
        `${appName(id)}: pinned to ${pinned} by a rollback; the next save releases as usual; \`imm unpin\` releases what is in the working tree now`,
      ]
    : []

const diskOf = ({disk: {heldBytes, budgetBytes}, ...id}: EnvironmentStatus): string[] => {
  if (heldBytes === 0) return []
  const of = budgetBytes === undefined ? '' : ` of ${bytes(budgetBytes)}`
  return [`${appName(id)}: images kept for rollback hold ${bytes(heldBytes)}${of}`]
}

/** Nobody looks after what it runs. */
const unheld = ({heldBy, releases}: EnvironmentStatus): string =>
  heldBy || releases.every(({state}) => state === 'image') ? '' : ' (no imm dev)'

/** Without its name: the live release, or that there is none, first. */
const rowsOf = (environment: EnvironmentStatus): string[][] => {
  const {releases, url, traffic, underWay} = environment
  const live = releases.find(({state}) => state === 'live')
  const others = releases.filter((release) => release !== live)
  const rows = others.map((release) => [
    release.release,
    stateOf(release, environment),
    sinceOf(release),
    requestsOf(release.traffic),
    '',
  ])
  const coming =
    underWay === undefined || releases.some(({release}) => release === underWay)
      ? []
      : [[underWay, 'building', '', '', '']]
  const requests = requestsOf(live?.traffic ?? (live ? undefined : traffic), traffic?.held)
  const head = live
    ? [live.release, 'live', sinceOf(live), requests, url ?? '']
    : ['', isUnreachable(environment) ? 'no proxy' : 'nothing live', '', requests, url ?? '']
  return [head, ...coming, ...rows]
}

const stateOf = ({release, state}: ReleaseStatus, {takingOver}: EnvironmentStatus): string => {
  if (takingOver?.release !== release || state !== 'candidate') return state
  const {strategy, weight, step, of} = takingOver
  const which = of === undefined || step === 0 ? '' : `, step ${step} of ${of}`
  return weight === 0 ? `${state} (copies)` : `${strategy} ${percent(weight)}${which}`
}

const sinceOf = ({sinceMs}: ReleaseStatus): string => (sinceMs === undefined ? '' : age(Date.now() - sinceMs))

/** A release's own count; what waits is the address's. */
const requestsOf = (counts: {requests: number; failed: number} | undefined, held = 0): string =>
  [
    counts ? `${counts.requests}` : '',
    counts && counts.failed > 0 ? `${counts.failed} failed` : '',
    held > 0 ? `${held} waiting` : '',
  ]
    .filter(Boolean)
    .join(', ')
