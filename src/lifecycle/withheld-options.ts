import type {ContainerOptions} from '../release/container.ts'
import {looksSecret, looksSecretWord} from '../release/secrets.ts'

/** Options in which people write passwords, and how each is called where one of them is withheld: no names of variables, which have no blank. */
const names = {
  entrypoint: 'the entrypoint',
  healthcheck: 'the health check',
  logging: "the log driver's options",
  labels: 'the labels',
  annotations: 'the annotations',
} as const satisfies Partial<Record<keyof ContainerOptions, string>>

type Guarded = keyof typeof names

/** Takes out what looks like a secret, and says what that was. */
export const withoutSecretOptions = (options: ContainerOptions): {options: ContainerOptions; withheld: string[]} => {
  const keys = guarded.filter((key) => isSecret[key](options))
  const kept = Object.entries(options).filter(([key]) => !keys.includes(key as Guarded))
  return {options: Object.fromEntries(kept), withheld: keys.map((key) => names[key])}
}

/** Puts back what was withheld, as another has it. */
export const withOptionsOf = (
  options: ContainerOptions,
  withheld: readonly string[],
  source: ContainerOptions,
): ContainerOptions => {
  const given = guarded.filter((key) => withheld.includes(names[key]) && source[key] !== undefined)
  return given.length === 0 ? options : {...options, ...Object.fromEntries(given.map((key) => [key, source[key]]))}
}

const guarded = Object.keys(names) as Guarded[]

const isSecret: Readonly<Record<Guarded, (options: ContainerOptions) => boolean>> = {
  entrypoint: ({entrypoint = []}) => hasSecretWord(entrypoint),
  healthcheck: ({healthcheck}) => hasSecretWord(healthcheck?.test ?? []),
  logging: ({logging}) => hasSecret(logging?.options),
  labels: ({labels}) => hasSecret(labels),
  annotations: ({annotations}) => hasSecret(annotations),
}

/** A word may be a line for a shell. */
const hasSecretWord = (words: readonly string[]): boolean =>
  words.flatMap((word) => word.split(/\s+/)).some((word) => looksSecretWord(word))

const hasSecret = (values: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(values).some(([name, value]) => looksSecret(name, value))
