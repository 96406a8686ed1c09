import {isMany, mayHold, mayLack} from '../../env-source.ts'
import type {EnvVar} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {secretDigest} from '../../secrets/secret-digest.ts'
import {type Both, byName, difference, rulesOf} from '../difference.ts'
import {type Effective, saidBy, type Told} from './effective.ts'

const config = rulesOf('config')
const run = rulesOf('run')

const ofImage = {
  missing: config(
    'config.env.missing',
    'error',
    'A variable of the image is on one side alone.',
    'What reads it takes another way, or fails. Set it by `ENV` in the one Dockerfile that both are built from.',
  ),
  value: config(
    'config.env.value',
    'error',
    'A variable of the image has another value.',
    'Build both from the same Dockerfile with the same build arguments; what has to differ belongs into how it is run.',
  ),
  secret: config(
    'config.env.secret',
    'warning',
    'A variable of the image that looks like a secret has another value.',
    'The value is not shown. A secret has no place in an image: give it when the container starts.',
  ),
}
const ofRun = {
  missing: run(
    'run.env.missing',
    'error',
    'A variable is set on one side alone when it is run.',
    'What reads it takes another way, or fails. Set it on both sides, or give it a default in the Dockerfile.',
  ),
  value: run(
    'run.env.value',
    'warning',
    'A variable has another value, by how it is run.',
    'Addresses and names of environments differ on purpose: allow those by an exception for the variable. Modes as NODE_ENV should be the same.',
  ),
  secret: run(
    'run.env.secret',
    'note',
    'A variable that looks like a secret has another value, by how it is run.',
    'The value is not shown. Environments have secrets of their own; that both have one is what matters.',
  ),
}
const source = run(
  'run.env.source',
  'note',
  'A variable comes from elsewhere on one side, so the values cannot be compared.',
  'One is written down, the other is fetched when it starts (a Kubernetes secret, a file).',
)

export const configEnvRules = Object.values(ofImage)
export const runEnvRules = [...Object.values(ofRun), source]

export const compareEnv = ({a, b}: Both<Effective>, names: Both<string>): Finding[] =>
  byName(a.env, b.env).flatMap(([name, told]) => {
    if (told.a !== undefined && told.b !== undefined) return compareOne(name, {a: told.a, b: told.b}, names)
    const there = told.a ?? told.b
    const other = told.a === undefined ? a : b
    // The other side may have it from an image that could not be read.
    if (there === undefined || (there.by === undefined && !other.whole)) return []
    const at = told.a === undefined ? {has: names.b, lacks: names.a} : {has: names.a, lacks: names.b}
    return missing(name, there, {own: told.a === undefined ? b : a, other}, at, told.a === undefined ? 'b' : 'a')
  })

const missing = (
  subject: string,
  there: Told<EnvVar>,
  {own, other}: {own: Effective; other: Effective},
  {has, lacks}: {has: string; lacks: string},
  side: 'a' | 'b',
): Finding[] => {
  const values = {[side]: shown(there.value)}
  const from = 'from' in there.value ? there.value.from : 'elsewhere'
  const unsure = (message: string): Finding[] => [difference(source, {subject, message, ...values})]
  if (isMany(there.value))
    return [difference(source, {subject, message: `${has} sets variables from ${from}, which are not known`})]
  if (mayLack(there.value)) return unsure(`${has} has a variable ${subject} from ${from}, and ${lacks} has none`)
  const holding = other.env.values().filter(({value}) => mayHold(value, subject))
  const [many, ...more] = [...holding].map(({value}) => value)
  // That one side alone has such a source is told by itself; that both have it is not, and makes no difference to an image.
  if (many !== undefined && ![many, ...more].every(({name}) => own.env.has(name))) return []
  if (many !== undefined && there.by !== undefined)
    return unsure(
      `${subject} is ${shown(there.value)} in ${has}${saidBy(there, has)}, and what ${'from' in many ? many.from : ''} says in ${lacks}`,
    )
  return [
    difference(rulesFor(there).missing, {
      subject,
      message: `${lacks} has no variable ${subject}, ${has} has${saidBy(there, has)}`,
      ...values,
    }),
  ]
}

const rulesFor = (...told: readonly Told<EnvVar>[]) => (told.some(({by}) => by !== undefined) ? ofRun : ofImage)

const compareOne = (subject: string, {a, b}: Both<Told<EnvVar>>, names: Both<string>): Finding[] => {
  const [left, right] = [a.value, b.value]
  if (same(left, right)) return []
  const rules = rulesFor(a, b)
  const values = {a: shown(left), b: shown(right)}
  const places = {a: `${names.a}${saidBy(a, names.a)}`, b: `${names.b}${saidBy(b, names.b)}`}
  if ('from' in left || 'from' in right)
    return [
      difference(source, {
        subject,
        message: `${subject} is ${values.a} in ${places.a} and ${values.b} in ${places.b}`,
        ...values,
      }),
    ]
  if ('secret' in left || 'secret' in right)
    return [
      difference(rules.secret, {subject, message: `${subject} has another value in ${places.a} than in ${places.b}`}),
    ]
  return [
    difference(rules.value, {
      subject,
      message: `${subject} is ${values.a} in ${places.a} and ${values.b} in ${places.b}`,
      ...values,
    }),
  ]
}

/** Where a value comes from a Secret on one side alone, what counts is that it is the same. */
const digest = (variable: EnvVar): string | undefined =>
  'secret' in variable ? variable.secret : 'value' in variable ? secretDigest(variable.name, variable.value) : undefined

const same = (a: EnvVar, b: EnvVar): boolean =>
  ('secret' in a !== 'secret' in b && digest(a) !== undefined && digest(a) === digest(b)) ||
  ('value' in a && 'value' in b && a.value === b.value) ||
  ('secret' in a && 'secret' in b && a.secret === b.secret) ||
  ('from' in a && 'from' in b && a.from === b.from)

const shown = (variable: EnvVar): string =>
  'value' in variable ? JSON.stringify(variable.value) : 'secret' in variable ? 'a secret' : `from ${variable.from}`
