import type {Happening} from '../lifecycle/events.ts'

type Texts = {readonly [Type in Happening['type']]?: (happening: Extract<Happening, {type: Type}>) => string}

const texts: Texts = {
  died: ({release, cause, exitCode}) =>
    `${release} ${cause === 'unhealthy' ? 'is unhealthy' : `ended with exit code ${exitCode ?? 'unknown'}`}: requests wait for a fresh container`,
  live: ({release, timings}) => `${release} is live again after ${Math.round(timings.total)} ms`,
  rejected: ({release, stage, code, message}) => `${release ?? 'it'} can't be started (${stage}, ${code}): ${message}`,
  reverted: ({release, to, evidence}) => `${release} gave way to ${to}: ${evidence.map(({words}) => words).join('; ')}`,
  engine: ({state}) => `the engine is ${state}`,
  warning: ({message}) => message,
}

/** What a keeper does, as a line of the proxy's log; undefined for what nobody asks about later. */
export const keeperText = (happening: Happening): string | undefined =>
  (texts[happening.type] as ((happening: Happening) => string) | undefined)?.(happening)
