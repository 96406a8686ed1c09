import type {MirrorSettings, StrategySettings} from '../strategy/settings.ts'
import {defaultCanary, defaultMirror, defaultRolling, defaultStrategy} from './defaults.ts'
import type {SettingFlags} from './flags.ts'
import type {FileSettings} from './schema.ts'

/** A flag that names the kind of imm.yaml leaves its settings as they are there. */
export const strategyOf = (config: FileSettings['strategy'], flag: SettingFlags['strategy']): StrategySettings => {
  const kind = flag ?? config?.kind ?? defaultStrategy
  switch (kind) {
    case 'blue-green':
    case 'recreate':
      return {kind}
    case 'rolling': {
      const {surge, unavailable} = config?.rolling ?? {}
      return {
        kind,
        surge: surge ?? defaultRolling.surge,
        unavailable: unavailable ?? defaultRolling.unavailable,
      }
    }
    case 'canary':
      return canaryOf(config?.canary ?? {})
    default:
      return kind satisfies never
  }
}

type FileCanary = NonNullable<NonNullable<FileSettings['strategy']>['canary']>

const canaryOf = ({steps, minRequests, errors, latency, wait}: FileCanary): StrategySettings => ({
  kind: 'canary',
  steps: steps?.map(({weight, time}) => ({weight: weight / 100, timeMs: time})) ?? defaultCanary.steps,
  limits: {
    minRequests: minRequests ?? defaultCanary.limits.minRequests,
    errorShare: errors ?? defaultCanary.limits.errorShare,
    latencyFactor: latency ?? defaultCanary.limits.latencyFactor,
    latencyMs: defaultCanary.limits.latencyMs,
  },
  waitMs: wait ?? defaultCanary.waitMs,
})

export const mirrorOf = (config: FileSettings['mirror']): MirrorSettings | undefined => {
  if (config === undefined || config === false) return undefined
  const {share, time, requests, reject} = config === true ? {} : config
  return {
    share: share ?? defaultMirror.share,
    timeMs: time ?? defaultMirror.timeMs,
    requests: requests ?? defaultMirror.requests,
    reject: reject ?? defaultMirror.reject,
  }
}
