import {build} from './keys/build.ts'
import {drain} from './keys/drain.ts'
import {guard} from './keys/guard.ts'
import {health} from './keys/health.ts'
import {job} from './keys/jobs.ts'
import {keep} from './keys/keep.ts'
import {mirrorParts} from './keys/mirror.ts'
import {parity, parityException, parityIgnore, parityReplay} from './keys/parity.ts'
import {previews, previewsHooks, previewsMax} from './keys/previews.ts'
import {resources} from './keys/resources.ts'
import {routeParts} from './keys/routes.ts'
import {canary, rolling} from './keys/strategy.ts'
import {check, expectations, request} from './keys/verify.ts'
import {watch} from './keys/watch.ts'
import {appSchema, configSchema} from './schema.ts'

/** The keys of each map, by its path without list positions: what an unknown key is compared with. */
export const sectionKeys: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(configSchema.shape),
  apps: Object.keys(appSchema.shape),
  build: Object.keys(build.shape),
  routes: Object.keys(routeParts.shape),
  health: Object.keys(health.shape),
  volumes: ['name', 'path', 'readOnly'],
  resources: Object.keys(resources.shape),
  verify: Object.keys(check.shape),
  'verify.http': Object.keys(request.shape),
  'verify.expect': Object.keys(expectations.shape),
  strategy: ['rolling', 'canary'],
  'strategy.rolling': Object.keys(rolling.shape),
  'strategy.canary': Object.keys(canary.shape),
  'strategy.canary.steps': ['weight', 'time'],
  mirror: Object.keys(mirrorParts.shape),
  watch: Object.keys(watch.shape),
  drain: Object.keys(drain.shape),
  guard: Object.keys(guard.shape),
  keep: Object.keys(keep.shape),
  jobs: Object.keys(job.shape),
  previews: Object.keys(previews.shape),
  'previews.max': Object.keys(previewsMax.shape),
  'previews.hooks': Object.keys(previewsHooks.shape),
  parity: Object.keys(parity.shape),
  'parity.exceptions': Object.keys(parityException.shape),
  'parity.replay': Object.keys(parityReplay.shape),
  'parity.replay.ignore': Object.keys(parityIgnore.shape),
  'previews.seed': ['volume', 'directory', 'command'],
}
