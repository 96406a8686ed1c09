import type Docker from 'dockerode'

import type {ContainerOptions, Healthcheck} from '../../release/container.ts'

/** What of a container's options belongs to its process, in the engine's words. */
export const processOptions = (options: ContainerOptions): Docker.ContainerCreateOptions => {
  const {entrypoint, workingDir, stopSignal, stopGraceMs, tty, stdinOpen, healthcheck} = options
  return {
    ...(entrypoint === undefined ? {} : {Entrypoint: [...entrypoint]}),
    ...(workingDir === undefined ? {} : {WorkingDir: workingDir}),
    ...(stopSignal === undefined ? {} : {StopSignal: stopSignal}),
    // For who stops it without a time of their own, as the engine itself does when it ends.
    ...(stopGraceMs === undefined ? {} : {StopTimeout: Math.ceil(stopGraceMs / 1000)}),
    ...(tty === undefined ? {} : {Tty: tty}),
    ...(stdinOpen === undefined ? {} : {OpenStdin: stdinOpen}),
    ...(healthcheck === undefined ? {} : {Healthcheck: checkOf(healthcheck)}),
  }
}

const nanosecondsPerMs = 1e6

/** What is left out is the image's, or else the engine's default. */
const checkOf = (check: Healthcheck): Docker.HealthConfig => {
  const times = {
    Interval: check.intervalMs,
    Timeout: check.timeoutMs,
    StartPeriod: check.startPeriodMs,
    StartInterval: check.startIntervalMs,
  }
  return {
    ...(check.test === undefined ? {} : {Test: [...check.test]}),
    ...Object.fromEntries(
      Object.entries(times).flatMap(([key, ms]) =>
        ms === undefined ? [] : [[key, Math.round(ms * nanosecondsPerMs)]],
      ),
    ),
    ...(check.retries === undefined ? {} : {Retries: check.retries}),
  }
}

/** A user's labels must not pass for imm's own, by which containers are found and removed. */
export const labelsOf = ({labels = {}}: ContainerOptions): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith('imm.')))
