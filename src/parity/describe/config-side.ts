import type {ConfigSide} from '../facts.ts'
import type {ImageConfig} from '../image/config.ts'
import {envVarOf} from '../secrets/env-var.ts'
import {looksSecret} from '../secrets/looks-secret.ts'
import {secretDigest} from '../secrets/secret-digest.ts'
import {wordsWithoutSecrets} from '../secrets/words.ts'

/** How an image wants to be run, with a digest in the place of each secret. */
export const configSideOf = (config: ImageConfig): ConfigSide => {
  const {user, workdir, entrypoint, command, ports, volumes, stopSignal, healthcheck} = config
  return {
    user,
    workdir,
    entrypoint: wordsWithoutSecrets(entrypoint),
    command: wordsWithoutSecrets(command),
    env: [...config.env].map(([name, value]) => envVarOf(name, value)).toSorted(byName),
    ports,
    volumes,
    labels: labelsOf(config.labels),
    stopSignal,
    ...(healthcheck && {healthcheck: {...healthcheck, test: wordsWithoutSecrets(healthcheck.test)}}),
  }
}

const labelsOf = (labels: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries(
    [...labels]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, isSecretLabel(name, value) ? `secret:${secretDigest(name, value)}` : value]),
  )

/** Labels of builders are full of digests. */
const isSecretLabel = (name: string, value: string): boolean =>
  !/^(?:sha256:)?[0-9a-f]{7,64}$/.test(value) && looksSecret(name, value)

const byName = ({name: a}: {name: string}, {name: b}: {name: string}): number => (a < b ? -1 : a === b ? 0 : 1)
