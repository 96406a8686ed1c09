import type {EnvVar} from '../facts.ts'
import {looksSecret} from './looks-secret.ts'
import {secretDigest} from './secret-digest.ts'

/** A variable as it may be shown and written down; `certain`: it is a secret, whatever it looks like. */
export const envVarOf = (name: string, value: string, certain = false): EnvVar =>
  (certain && value !== '') || looksSecret(name, value) ? {name, secret: secretDigest(name, value)} : {name, value}
