import type {EnvVar} from '../facts.ts'
import {envVarOf} from '../secrets/env-var.ts'
import {secretDigest} from '../secrets/secret-digest.ts'

/** A variable as it may be shown and written down; `certain`: it holds a secret, whatever it looks like. */
export const concealed = (name: string, value: string, certain = false): EnvVar =>
  certain && value !== '' ? {name, secret: secretDigest(name, value)} : envVarOf(name, value)

/** Variables by name, each once: the last of a name counts. */
export const byName = (variables: Iterable<EnvVar>): EnvVar[] =>
  [...new Map([...variables].map((one) => [one.name, one])).values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
