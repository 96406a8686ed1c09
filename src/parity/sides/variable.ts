import {createHash} from 'node:crypto'

import {looksSecret} from '../../release/secrets.ts'
import type {EnvVar} from '../facts.ts'

/** Makes what is known of a variable out of its value; `certain`: it is a secret, whatever it looks like. */
export type Conceal = (name: string, value: string, certain?: boolean) => EnvVar

/** Of what looks like a secret a digest is kept, which is another under each name. */
export const concealed: Conceal = (name, value, certain = false) =>
  value !== '' && (certain || looksSecret(name, value)) ? {name, secret: digestOf(name, value)} : {name, value}

const digestOf = (name: string, value: string): string =>
  `sha256:${createHash('sha256').update(`${name}\0${value}`).digest('hex')}`

/** Variables by name, each once: the last of a name counts. */
export const byName = (variables: Iterable<EnvVar>): EnvVar[] =>
  [...new Map([...variables].map((one) => [one.name, one])).values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))

export const sameVariable = (a: EnvVar, b: EnvVar): boolean => JSON.stringify(a) === JSON.stringify(b)
