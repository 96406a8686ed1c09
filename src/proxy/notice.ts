import type {Announcement} from '../lifecycle/ports.ts'
import type {ReleaseName} from '../release/identity.ts'
import {liveLane} from './routes.ts'
import type {Route} from './routes.ts'

/** What a page or a JSON answer of the proxy itself says. */
export interface Notice {
  project: string
  environment: string
  app: string
  stage: string
  /** the stage is over, in vain */
  failed: boolean
  release: string | undefined
  message: string
  output: readonly string[]
  /** since the stage began; undefined where nothing is under way */
  elapsedMs: number | undefined
}

/** The same for people. */
export interface NoticeText {
  title: string
  heading: string
  message: string
  output: string
  elapsedMs: number | undefined
}

export const noticeOf = (route: Route): Notice => ({
  project: route.request.project,
  environment: route.request.environment,
  app: route.request.app,
  stage: 'waiting',
  failed: false,
  release: liveLane(route)?.target.release,
  message: '',
  output: [],
  elapsedMs: undefined,
})

export const setAnnouncement = (route: Route, announcement: Announcement): void => {
  const before = route.announcement
  // A stage of many steps began with the first.
  if (before?.stage !== announcement.stage || before.release !== announcement.release)
    route.stageSinceMs = performance.now()
  route.announcement = announcement
}

/** What goes on while nothing takes requests. `refusing`: has the traffic, and accepts no connections. */
export const unavailableNotice = (route: Route, refusing: ReleaseName | undefined): Notice => {
  const notice = noticeOf(route)
  if (refusing !== undefined)
    return {...notice, stage: 'live', release: refusing, message: `${refusing} does not accept connections.`}
  const {announcement, stageSinceMs} = route
  if (announcement === undefined)
    return {...notice, message: `No release is live ${route.generation === 0 ? 'yet' : 'at the moment'}.`}
  const {failed = false, ...rest} = announcement
  return {...notice, ...rest, failed, elapsedMs: failed ? undefined : performance.now() - stageSinceMs}
}

export const noticeText = ({project, stage, failed, release, message, output, elapsedMs}: Notice): NoticeText => {
  const doing = failed ? `${stage} failed` : (underWay[stage] ?? stage)
  const heading = failed && release !== undefined ? `${release}: ${doing}` : [doing, release].filter(Boolean).join(' ')
  return {title: `${project}: ${doing}`, heading, message, output: output.join('\n'), elapsedMs}
}

const underWay: Readonly<Record<string, string>> = {
  waiting: 'Waiting',
  snapshot: 'Reading the source of',
  build: 'Building',
  launch: 'Starting',
  verify: 'Verifying',
  shift: 'Trying out',
  flip: 'Giving the traffic to',
  replace: 'Replacing',
  wake: 'Waking',
}
