import type {EnvVar} from '../facts.ts'
import {looksSecret} from './looks-secret.ts'
import {secretDigest} from './secret-digest.ts'

/** A variable as it may be shown and written down. */
export const envVarOf = (name: string, value: string): EnvVar =>
  looksSecret(name, value) ? {name, secret: secretDigest(name, value)} : {name, value}
