import type {Happening, LifecycleEvent, Stage} from '../../../src/lifecycle/events.ts'
import type {ReleaseName} from '../../../src/release/identity.ts'

const startMs = Date.parse('2026-11-21T10:00:00.000Z')

/** A happening as an event of the project `shop`, so many ms after the script's start. */
export const event = (happening: Happening, atMs = 0): LifecycleEvent => ({
  ...happening,
  project: 'shop',
  environment: 'main',
  app: 'app',
  time: new Date(startMs + atMs).toISOString(),
})

export const changed: Happening = {type: 'change', files: ['src/app.js'], count: 1}

export const stage = (release: ReleaseName, name: Stage): Happening => ({type: 'stage', release, stage: name})

export const live = (release: ReleaseName, previous?: ReleaseName): Extract<Happening, {type: 'live'}> => ({
  type: 'live',
  release,
  previous,
  image: `sha256:${'0'.repeat(64)}`,
  url: 'http://shop.localhost:7070',
  cause: 'change',
  timings: {detect: 50, snapshot: 8, build: 103, launch: 90, verify: 160, flip: 1, total: 412},
})

export const rejected = (release: ReleaseName | undefined): Happening => ({
  type: 'rejected',
  release,
  stage: 'build',
  code: 'BUILD_FAILED',
  message: 'npm ci failed (Dockerfile:4)',
  next: 'Correct the failing instruction and save.',
  output: ['npm ERR! left-pad', 'npm ERR! is missing'],
})

export const log = (release: ReleaseName, text: string): Happening => ({type: 'log', release, stream: 'stdout', text})
